package io.geminid.runtime.operator.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.api.DataStream;
import io.geminid.runtime.api.StreamJob;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.stream.ChainingStrategy;
import io.geminid.runtime.operator.AbstractTwoInputOperator;
import io.geminid.runtime.operator.OutputTag;
import io.geminid.runtime.operator.source.ListSource;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.runtime.window.WindowAssigner;
import io.geminid.runtime.window.WindowOperator;
import io.geminid.serial.Serializers;
import io.geminid.state.TimeDomain;
import io.geminid.testing.Seed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whole jobs under random schedules: the result depends on the input only. */
class WholeJobTest {

    private static final OutputTag<Long> LATE = new OutputTag<>("late", Serializers.LONG);

    @RegisterExtension final Seed seed = new Seed();

    /** Numbers with times that go back by at most {@code bound}, in splits. */
    private static List<List<Long>> input(
            final Random random, final int splits, final int count, final int bound) {
        final List<List<Long>> input = new ArrayList<>();
        for (int i = 0; i < splits; i++) {
            final List<Long> split = new ArrayList<>();
            final Map<Long, Integer> jitter = new HashMap<>();
            random.longs(count, 0, 1000).forEach(split::add);
            split.forEach(n -> jitter.putIfAbsent(n, random.nextInt(bound + 1)));
            split.sort(Comparator.comparingLong(n -> n + jitter.get(n)));
            input.add(split);
        }
        return input;
    }

    /** Source, map, key, window, map, sink; parallelism and chaining as given. */
    private static JobGraph job(
            final List<List<Long>> input,
            final int bound,
            final int[] parallelism,
            final ChainingStrategy chaining,
            final List<Object> results) {
        final WatermarkStrategy<Long> time =
                WatermarkStrategy.<Long>boundedOutOfOrderness(bound, (n, timestamp) -> n)
                        .withInterval(0);
        final StreamJob job = new StreamJob().parallelism(parallelism[0]);
        job.source("numbers", ListSource.of(input), time, Serializers.LONG)
                .chaining(chaining)
                .map("same", n -> n, Serializers.LONG)
                .chaining(chaining)
                .rebalance()
                .filter("all", n -> true)
                .parallelism(parallelism[1])
                .chaining(chaining)
                .keyBy(n -> n % 7, Serializers.LONG)
                .window(WindowAssigner.sliding(TimeDomain.EVENT_TIME, 60, 20))
                .sideOutputLateData(LATE)
                .process(
                        "windows",
                        (key, window, numbers, out) ->
                                out.collect(
                                        key
                                                + "@"
                                                + window.end()
                                                + "="
                                                + numbers.stream().sorted().toList()),
                        Serializers.STRING)
                .parallelism(parallelism[2])
                .chaining(chaining)
                .map("upper", text -> text + "!", Serializers.STRING)
                .parallelism(parallelism[2])
                .chaining(chaining)
                .sink("results", () -> new CollectingSink<>(results))
                .parallelism(parallelism[2])
                .chaining(chaining);
        return job.toJobGraph();
    }

    private static List<String> expected(final List<List<Long>> input) {
        final Map<String, List<Long>> windows = new HashMap<>();
        for (final List<Long> split : input) {
            for (final long n : split) {
                for (long end = 20; end <= 1060; end += 20) {
                    if (end - 60 <= n && n < end) {
                        windows.computeIfAbsent(n % 7 + "@" + end + "=", k -> new ArrayList<>())
                                .add(n);
                    }
                }
            }
        }
        final List<String> lines = new ArrayList<>();
        windows.forEach((window, ns) -> lines.add(window + ns.stream().sorted().toList() + "!"));
        return lines;
    }

    // BL-12: same input, 100 random schedules, identical on-time output. BL-27: chained or not.
    // BL-07, BL-09, INV W5: nothing is late and nothing is lost.
    @Test
    void everyScheduleChainingAndParallelismGivesTheSame() {
        final Random random = seed.random();
        for (int round = 0; round < 100; round++) {
            final int bound = random.nextInt(30);
            final List<List<Long>> input = input(random, 3, 25, bound);
            final int[] parallelism = random.ints(3, 1, 4).toArray();
            final ChainingStrategy other =
                    random.nextBoolean() ? ChainingStrategy.HEAD : ChainingStrategy.NEVER;
            for (final ChainingStrategy chaining : List.of(ChainingStrategy.ALWAYS, other)) {
                final List<Object> results = new ArrayList<>();
                final JobGraph graph = job(input, bound, parallelism, chaining, results);
                assertThat(graph.vertices())
                        .hasSize(
                                switch (chaining) {
                                    case ALWAYS -> 3;
                                    case HEAD, NEVER -> 6;
                                });
                final JobHarness harness = new JobHarness(graph, random);
                harness.run();
                assertThat(results)
                        .containsExactlyInAnyOrderElementsOf(
                                new ArrayList<Object>(expected(input)));
                assertThat(harness.counter("windows", WindowOperator.LATE_RECORDS_SIDE_OUTPUT))
                        .isZero();
            }
        }
    }

    // INV W5 over a whole job with a side output.
    @Test
    void lateRecordsComeOutOfTheSideOutput() {
        final Random random = seed.random();
        for (int round = 0; round < 30; round++) {
            final List<List<Long>> input = input(random, 2, 100, 200);
            final List<Object> counts = new ArrayList<>();
            final List<Object> late = new ArrayList<>();
            final StreamJob job = new StreamJob().parallelism(2);
            final WatermarkStrategy<Long> time =
                    WatermarkStrategy.<Long>monotonous((n, timestamp) -> n).withInterval(0);
            final DataStream<Long> windows =
                    job.source("numbers", ListSource.of(input), time, Serializers.LONG)
                            .keyBy(n -> n % 3, Serializers.LONG)
                            .window(WindowAssigner.tumbling(TimeDomain.EVENT_TIME, 50))
                            .sideOutputLateData(LATE)
                            .process(
                                    "windows",
                                    (key, window, ns, out) -> out.collect((long) ns.size()),
                                    Serializers.LONG);
            windows.sink("counts", () -> new CollectingSink<>(counts));
            windows.sideOutput(LATE).sink("late", () -> new CollectingSink<>(late));
            final JobHarness harness = new JobHarness(job.toJobGraph(), random);
            harness.run();
            final long onTime = counts.stream().mapToLong(n -> (Long) n).sum();
            assertThat(late).isNotEmpty();
            assertThat(onTime + late.size()).as("INV W5").isEqualTo(200);
        }
    }

    @Test
    void broadcastRescaleAndTwoInputs() {
        final Random random = seed.random();
        for (int round = 0; round < 30; round++) {
            final List<List<Long>> input = input(random, 4, 20, 0);
            final List<Object> all = new ArrayList<>();
            final List<Object> rescaled = new ArrayList<>();
            final List<Object> joined = new ArrayList<>();
            final StreamJob job = new StreamJob().parallelism(2);
            final DataStream<Long> numbers =
                    job.source(
                            "numbers",
                            ListSource.of(input),
                            WatermarkStrategy.noWatermarks(),
                            Serializers.LONG);
            numbers.broadcast().sink("all", () -> new CollectingSink<>(all)).parallelism(3);
            numbers.rescale().sink("rescaled", () -> new CollectingSink<>(rescaled)).parallelism(5);
            final DataStream<Long> negative = numbers.map("negate", n -> -n, Serializers.LONG);
            numbers.rebalance()
                    .connect("join", negative.rebalance(), Tagging::new, Serializers.STRING)
                    .parallelism(3)
                    .sink("joined", () -> new CollectingSink<>(joined))
                    .parallelism(3);
            new JobHarness(job.toJobGraph(), random).run();
            final List<Object> sent = new ArrayList<>();
            input.forEach(sent::addAll);
            assertThat(rescaled).containsExactlyInAnyOrderElementsOf(sent);
            final List<Object> thrice = new ArrayList<>(sent);
            thrice.addAll(sent);
            thrice.addAll(sent);
            assertThat(all).containsExactlyInAnyOrderElementsOf(thrice);
            final List<Object> tagged = new ArrayList<>();
            sent.forEach(n -> tagged.add("first " + n));
            sent.forEach(n -> tagged.add("second " + -(Long) n));
            for (int subtask = 0; subtask < 3; subtask++) {
                tagged.add("end 0");
                tagged.add("end 1");
                tagged.add("finish");
            }
            assertThat(joined).containsExactlyInAnyOrderElementsOf(tagged);
        }
    }

    /** Says from which input each record came, and when inputs end. */
    private static final class Tagging extends AbstractTwoInputOperator<Long, Long, String> {

        @Override
        public void processElement1(final Long value, final long timestampMillis) {
            output().collect("first " + value, timestampMillis);
        }

        @Override
        public void processElement2(final Long value, final long timestampMillis) {
            output().collect("second " + value, timestampMillis);
        }

        @Override
        public void endOfInput(final int input) {
            output().collect("end " + input, 0);
        }

        @Override
        public void finish() {
            output().collect("finish", 0);
        }
    }
}
