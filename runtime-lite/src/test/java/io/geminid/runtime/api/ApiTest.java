package io.geminid.runtime.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.exchange.Exchange;
import io.geminid.runtime.graph.exchange.ExchangeMode;
import io.geminid.runtime.operator.chain.CollectingSink;
import io.geminid.runtime.operator.chain.JobHarness;
import io.geminid.runtime.operator.source.Boundedness;
import io.geminid.runtime.operator.source.ListSource;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.runtime.window.WindowAssigner;
import io.geminid.serial.Serializers;
import io.geminid.state.TimeDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Programs, arguments, and the graph that streams make. */
class ApiTest {

    private final List<Object> results = new ArrayList<>();

    /** Sums of pairs of odd and of even numbers. */
    private final JobProgram program =
            new JobProgram() {
                @Override
                public String name() {
                    return "sums";
                }

                @Override
                public void define(final StreamJob job, final JobArguments arguments) {
                    sums(job, arguments);
                }
            };

    private void sums(final StreamJob job, final JobArguments arguments) {
        final List<Long> numbers = arguments.all("numbers").stream().map(Long::valueOf).toList();
        job.parallelism((int) arguments.optional("parallelism", 2))
                .source(
                        "numbers",
                        ListSource.of(List.of(numbers)),
                        WatermarkStrategy.noWatermarks(),
                        Serializers.LONG)
                .keyBy(n -> n % 2, Serializers.LONG)
                .countWindow(arguments.optional("window", 2))
                .process(
                        "sum",
                        (key, window, ns, out) -> out.collect(ns.stream().mapToLong(n -> n).sum()),
                        Serializers.LONG)
                .sink("results", () -> new CollectingSink<>(results));
    }

    @Test
    void aProgramRuns() {
        final JobGraph graph =
                JobPrograms.graphOf(program, List.of("--numbers", "1", "2", "3", "4", "5", "6"));
        new JobHarness(graph, new Random(1)).run();
        assertThat(results).containsExactlyInAnyOrder(4L, 6L);
    }

    @Test
    void theSameArgumentsGiveTheSameGraph() {
        final List<String> arguments = List.of("--numbers", "1", "--window", "3");
        final String fingerprint = JobPrograms.graphOf(program, arguments).fingerprint();
        assertThat(JobPrograms.graphOf(program, arguments).fingerprint()).isEqualTo(fingerprint);
        assertThat(JobPrograms.graphOf(program, List.of("--window", "4")).fingerprint())
                .isNotEqualTo(fingerprint);
        assertThat(
                        JobPrograms.graphOf(program, List.of("--window", "3", "--parallelism", "3"))
                                .fingerprint())
                .isNotEqualTo(fingerprint);
    }

    @Test
    void mistypedNamesAreRefused() {
        assertThatThrownBy(() -> JobPrograms.graphOf(program, List.of("--wimdow", "3")))
                .hasMessageContaining("argument=--wimdow is unknown");
        assertThatThrownBy(() -> JobPrograms.graphOf("no such program", List.of()))
                .hasMessageContaining("program=no such program known=");
    }

    @Test
    void argumentsAreNamesWithValues() {
        final JobArguments arguments =
                new JobArguments(List.of("--a", "1", "2", "--b", "--c", "x", "--a", "3"));
        assertThat(arguments.all("a")).containsExactly("1", "2", "3");
        assertThat(arguments.has("b")).isTrue();
        assertThat(arguments.has("d")).isFalse();
        assertThat(arguments.required("c")).isEqualTo("x");
        assertThat(arguments.optional("d", "y")).isEqualTo("y");
        assertThat(arguments.optional("d", 5)).isEqualTo(5);
        assertThatThrownBy(() -> arguments.required("a")).hasMessageContaining("values=3");
        assertThatThrownBy(() -> arguments.required("b")).hasMessageContaining("values=0");
        assertThatThrownBy(() -> arguments.optional("c", 5)).hasMessageContaining("value=x");
        assertThatThrownBy(() -> new JobArguments(List.of("x"))).hasMessageContaining("x");
    }

    @Test
    void edgesAreWhatWasSaid() {
        final StreamJob job = new StreamJob().parallelism(2);
        final DataStream<Long> numbers =
                job.source(
                        "numbers",
                        new ListSource<>(List.of(List.of(1L)), Boundedness.UNBOUNDED),
                        WatermarkStrategy.noWatermarks(),
                        Serializers.LONG);
        numbers.filter("a", n -> true).slotSharingGroup("alone").maxParallelism(64);
        numbers.filter("b", n -> true).parallelism(3);
        numbers.broadcast().shuffleService("rdma").filter("c", n -> true);
        numbers.rescale().filter("d", n -> true).parallelism(1);
        numbers.forward().filter("e", n -> true);
        final JobGraph graph = job.toJobGraph();
        assertThat(graph.boundedness()).isEqualTo(Boundedness.UNBOUNDED);
        assertThat(graph.vertices())
                .extracting(vertex -> vertex.name())
                .containsExactly("numbers -> e", "a", "b", "c", "d");
        assertThat(graph.edges())
                .extracting(edge -> edge.exchange())
                .containsExactly(
                        Exchange.FORWARD, Exchange.REBALANCE, Exchange.BROADCAST, Exchange.RESCALE);
        assertThat(graph.edges().get(2).spec().shuffleService()).isEqualTo("rdma");
        assertThat(graph.vertices().get(1).slotSharingGroup()).isEqualTo("alone");
        assertThat(graph.vertices().get(1).maxParallelism()).isEqualTo(64);
        numbers.rebalance().exchangeMode(ExchangeMode.BLOCKING).filter("f", n -> true);
        assertThatThrownBy(job::toJobGraph).hasMessageContaining("mode=BLOCKING");
    }

    @Test
    void countWindowsKnowNoLateData() {
        final KeyedStream<Long, Long> keyed =
                new StreamJob()
                        .source(
                                "numbers",
                                ListSource.of(List.of(List.of(1L))),
                                WatermarkStrategy.<Long>noWatermarks(),
                                Serializers.LONG)
                        .keyBy(n -> n, Serializers.LONG);
        assertThatThrownBy(() -> keyed.countWindow(3).allowedLateness(1))
                .hasMessageContaining("size=3");
        keyed.window(WindowAssigner.tumbling(TimeDomain.EVENT_TIME, 10)).allowedLateness(1);
    }
}
