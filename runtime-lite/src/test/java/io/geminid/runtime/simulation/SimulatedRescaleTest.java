package io.geminid.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.samplejob.RescaledProgram;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.testing.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job that is stopped and goes on with other parallelisms gives each record once, and those of a
 * key in their order (INV U9, U10).
 */
class SimulatedRescaleTest {

    private static final int STEPS_OF_A_STAGE = 40_000;

    @RegisterExtension final Seed seed = new Seed();

    @TempDir Path output;

    private static GeminidProperties properties(final Random random) {
        final List<ConfigKey<?>> keys = new ArrayList<>(SegmentPoolContext.KEYS);
        keys.addAll(CheckpointSettings.KEYS);
        return GeminidProperties.of(
                Map.of(
                        SegmentPoolContext.SEGMENT_BYTES.name(),
                        "4kb",
                        SegmentPoolContext.SLAB_BYTES.name(),
                        "64kb",
                        SegmentPoolContext.MAX_BYTES.name(),
                        "16mb",
                        CheckpointSettings.DIRECTORY.name(),
                        "simulated",
                        CheckpointSettings.JOB.name(),
                        "rescaled",
                        CheckpointSettings.INTERVAL.name(),
                        (1 + random.nextInt(10)) + "ms",
                        CheckpointSettings.ALIGNMENT.name(),
                        random.nextInt(4) == 0 ? "aligned-for-a-time" : "unaligned",
                        CheckpointSettings.ALIGNED_TIMEOUT.name(),
                        random.nextInt(5) + "ms",
                        CheckpointSettings.RESTARTS.name(),
                        "1000"),
                keys);
    }

    private SampleOptions options(final Random random) {
        return SampleOptions.of(output, 1)
                .withRecords(2_000 + random.nextInt(4_000))
                .withSeed(random.nextLong())
                .withPayloadBytesMax(random.nextInt(400));
    }

    @RepeatedTest(3)
    void fromTwoToThreeToSevenToOne() {
        final SampleOptions options = options(seed.random()).withChaining(true);
        runInStages(
                options,
                Stream.of(2, 3, 7, 1).map(p -> List.of(p, p, p, p)).toList(),
                seed.random());
    }

    @RepeatedTest(8)
    void fromAnyParallelismToAny() {
        final Random random = seed.random();
        final SampleOptions options = options(random).withChaining(false);
        final List<List<Integer>> stages = new ArrayList<>();
        for (int i = 2 + random.nextInt(3); i > 0; i--) {
            stages.add(Stream.generate(() -> 1 + random.nextInt(8)).limit(4).toList());
        }
        runInStages(options, stages, random);
    }

    private static void runInStages(
            final SampleOptions options, final List<List<Integer>> stages, final Random random) {
        final SimulatedCluster cluster = new SimulatedCluster(random, 3, 3, properties(random));
        JobResult result = null;
        for (int stage = 0; stage < stages.size(); stage++) {
            final JobRequest request =
                    RescaledProgram.request(options.withParallelism(stages.get(stage)));
            if (stage + 1 < stages.size()) {
                result = cluster.runAndCancel(request, 2_000 + random.nextInt(STEPS_OF_A_STAGE));
                if (result.status() == JobStatus.FINISHED) {
                    break; // it was faster
                }
            } else {
                result = cluster.runAndReplace(request, 2, 4_000);
            }
            assertThat(result.failure()).isEmpty();
        }
        assertThat(result.status()).isEqualTo(JobStatus.FINISHED);
        RescaledProgram.verify(options);
        assertThat(cluster.segmentsHeld()).isZero();
        cluster.stop();
    }
}
