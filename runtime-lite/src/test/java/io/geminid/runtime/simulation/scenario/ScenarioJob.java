package io.geminid.runtime.simulation.scenario;

import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.samplejob.RescaledProgram;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.runtime.samplejob.SampleResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The job of a scenario, and what it must give.
 *
 * @param options what it reads and writes
 * @param widest parallelism that there are slots for
 * @param rescales whether it may have another parallelism each time it is submitted
 */
record ScenarioJob(SampleOptions options, int widest, boolean rescales) {

    private static final int LARGE_BYTES = 20_000;

    static ScenarioJob of(final Random random, final Path output, final long pauseMillis) {
        final int widest = 1 + random.nextInt(3);
        final boolean large = random.nextInt(8) == 0;
        final int payloadBytes = large ? LARGE_BYTES : random.nextInt(3) == 0 ? 200 : 3_000;
        final SampleOptions options =
                SampleOptions.of(output, widest)
                        .withRecords(records(random, large))
                        .withSeed(random.nextLong())
                        .withPayloadBytesMax(random.nextInt(payloadBytes))
                        .withChaining(random.nextBoolean())
                        .withApart(random.nextInt(5) < 2)
                        .withPauseMillis(pauseMillis)
                        .withParallelism(parallelism(random, widest));
        return new ScenarioJob(options, widest, random.nextInt(5) == 0);
    }

    private static int records(final Random random, final boolean large) {
        final int[] most = {150, 400, 600, 600, 1_500};
        if (random.nextInt(20) == 0) {
            return 0;
        }
        return random.nextInt(large ? 150 : most[random.nextInt(most.length)]);
    }

    private static List<Integer> parallelism(final Random random, final int widest) {
        return Stream.generate(() -> 1 + random.nextInt(widest)).limit(4).toList();
    }

    /** What to submit when it begins or goes on. */
    JobRequest request(final Random random) {
        return rescales
                ? RescaledProgram.request(options.withParallelism(parallelism(random, widest)))
                : options.request();
    }

    SampleResult expected() {
        return rescales ? RescaledProgram.expected(options) : SampleResult.expected(options);
    }

    SampleResult found() {
        return rescales ? RescaledProgram.read(options) : SampleResult.read(options);
    }

    /** Whether some records do not fit into two segments. */
    boolean hasRecordsOfThreeSegments() {
        return options.records() > 0 && options.payloadBytesMax() > LARGE_BYTES * 2 / 3;
    }
}
