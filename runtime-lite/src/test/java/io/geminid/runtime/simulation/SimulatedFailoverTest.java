package io.geminid.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.runtime.samplejob.SampleResult;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import io.geminid.state.provider.StateStores;
import io.geminid.testing.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is lost and started again, the result is that of a run without failures (INV C1, T1).
 */
class SimulatedFailoverTest {

    private static final int RUNS_UNTIL_FOUND = 10;

    @RegisterExtension final Seed seed = new Seed();

    @TempDir Path output;

    private static GeminidProperties properties(
            final Random random, final Map<String, String> more) {
        final List<ConfigKey<?>> keys = new ArrayList<>(SegmentPoolContext.KEYS);
        keys.addAll(CheckpointSettings.KEYS);
        keys.add(StateStores.STORE);
        final Map<String, String> entries = new TreeMap<>();
        entries.put(SegmentPoolContext.SEGMENT_BYTES.name(), "4kb");
        entries.put(SegmentPoolContext.SLAB_BYTES.name(), "64kb");
        entries.put(SegmentPoolContext.MAX_BYTES.name(), "4mb");
        entries.put(CheckpointSettings.DIRECTORY.name(), "simulated");
        entries.put(
                CheckpointSettings.ALIGNMENT.name(),
                List.of("aligned", "unaligned", "aligned-for-a-time").get(random.nextInt(3)));
        entries.put(CheckpointSettings.INTERVAL.name(), (1 + random.nextInt(40)) + "ms");
        entries.put(CheckpointSettings.ALIGNED_TIMEOUT.name(), random.nextInt(20) + "ms");
        entries.put(CheckpointSettings.TIMEOUT.name(), "10s");
        entries.put(CheckpointSettings.RESTARTS.name(), "1000");
        entries.put(StateStores.STORE.name(), random.nextBoolean() ? "heap" : "gemini");
        entries.putAll(more);
        final boolean overtakes =
                !"aligned".equals(entries.get(CheckpointSettings.ALIGNMENT.name()));
        entries.put(
                CheckpointSettings.PERSISTER.name(),
                overtakes && random.nextBoolean() ? "continuous" : "checkpoint");
        return GeminidProperties.of(entries, keys);
    }

    private SampleOptions options(final Random random) {
        final int widest = 1 + random.nextInt(3);
        return SampleOptions.of(output, widest)
                .withRecords(random.nextInt(3_000))
                .withSeed(random.nextLong())
                .withPayloadBytesMax(random.nextInt(200))
                .withParallelism(
                        Stream.generate(() -> 1 + random.nextInt(widest)).limit(4).toList());
    }

    @RepeatedTest(10)
    void aJobWithCheckpointsGivesTheResultOfASingleLoop() {
        final SampleOptions options = options(seed.random());
        final SimulatedCluster cluster = cluster(seed.random());

        final JobResult result = cluster.run(options.request());

        verify(options, cluster, result);
        assertThat(result.checkpoints().completed()).isPositive();
    }

    @RepeatedTest(50)
    void aJobWhoseWorkersAreLostGivesTheResultOfASingleLoop() {
        final SampleOptions options = options(seed.random());
        final SimulatedCluster cluster = cluster(seed.random());

        final JobResult result = cluster.runAndReplace(options.request(), 8, 8_000);

        verify(options, cluster, result);
    }

    @Tag("long")
    @RepeatedTest(1_000)
    void manyJobsWhoseWorkersAreLostDoToo() {
        aJobWhoseWorkersAreLostGivesTheResultOfASingleLoop();
    }

    // I3: a checkpoint that cannot be written fails, the job goes on, and nothing is left.
    @RepeatedTest(20)
    void aStorageThatFailsCostsCheckpointsAndNothingElse() {
        final SampleOptions options = options(seed.random());
        final SimulatedCluster cluster = cluster(seed.random());

        final JobResult result =
                cluster.runOnAFailingStorage(options.request(), seed.random().nextDouble(), 3_000);

        verify(options, cluster, result);
        assertThat(result.checkpoints().restarts()).isZero();
    }

    // U15: an older checkpoint is restored, or one clear error says which file it is.
    @RepeatedTest(20)
    void damagedStateIsNeverRestored() {
        final SampleOptions options = options(seed.random());
        final Map<String, String> several = Map.of(CheckpointSettings.RETAINED.name(), "3");
        final SimulatedCluster cluster =
                new SimulatedCluster(seed.random(), 2, 3, properties(seed.random(), several));

        final JobResult result =
                cluster.runOnDamagedState(options.request(), seed.random().nextInt(10_000));

        if (result.isFinished()) {
            verify(options, cluster, result);
        } else {
            assertThat(result.failure().orElseThrow().message()).contains("file=");
            cluster.stop();
        }
    }

    @Test
    void aCheckpointRefersToWhatEarlierOnesWrote() {
        final Map<String, String> often =
                Map.of(
                        StateStores.STORE.name(),
                        "gemini",
                        CheckpointSettings.INTERVAL.name(),
                        "2ms",
                        CheckpointSettings.ALIGNMENT.name(),
                        "aligned");
        boolean found = false;
        // In some jobs all state is small, and written anew each time.
        for (int run = 0; run < RUNS_UNTIL_FOUND && !found; run++) {
            final SampleOptions options = options(seed.random()).withRecords(20_000);
            final SimulatedCluster cluster =
                    new SimulatedCluster(seed.random(), 2, 3, properties(seed.random(), often));
            found =
                    cluster.runAndLook(
                            options.request(), SimulatedFailoverTest::refersToEarlierOnes);
            cluster.stop();
        }
        assertThat(found).isTrue();
    }

    /** Whether it has keyed state that was written for a checkpoint before it. */
    private static boolean refersToEarlierOnes(final CheckpointManifest manifest) {
        return manifest.operators().stream()
                .flatMap(operator -> operator.subtasks().stream())
                .flatMap(subtask -> subtask.parts().stream())
                .filter(part -> part.kind() == PartKind.KEYED)
                .flatMap(part -> part.handles().stream())
                .flatMap(handle -> CheckpointNames.writtenFor(handle.file().name()).stream())
                .anyMatch(id -> id.checkpoint() < manifest.id().checkpoint());
    }

    // I5, J1: a job that is found again by its name goes on where its latest checkpoint is.
    @RepeatedTest(10)
    void aJobThatWasCancelledGoesOnFromItsLatestCheckpoint() {
        final SampleOptions options = options(seed.random());
        final SimulatedCluster cluster =
                new SimulatedCluster(
                        seed.random(),
                        2,
                        3,
                        properties(
                                seed.random(), Map.of(CheckpointSettings.JOB.name(), "the job")));

        JobResult result = null;
        for (int i = 0; i < 3 && (result == null || !result.isFinished()); i++) {
            result = cluster.runAndCancel(options.request(), seed.random().nextInt(10_000));
        }
        if (!result.isFinished()) {
            result = cluster.run(options.request());
        }

        verify(options, cluster, result);
    }

    // U7: an output's barrier that was taken waits for no timeout.
    @RepeatedTest(5)
    void barriersThatHaveAllTheTimeTheyNeedDoNotTakeIt() {
        final SampleOptions options = options(seed.random());
        final Map<String, String> patient =
                Map.of(
                        CheckpointSettings.ALIGNMENT.name(),
                        "aligned-for-a-time",
                        CheckpointSettings.ALIGNED_TIMEOUT.name(),
                        "1h");
        final SimulatedCluster cluster =
                new SimulatedCluster(seed.random(), 2, 3, properties(seed.random(), patient));

        final JobResult result = cluster.run(options.request());

        verify(options, cluster, result);
        assertThat(result.checkpoints().completed()).isPositive();
    }

    private static SimulatedCluster cluster(final Random random) {
        return new SimulatedCluster(random, 1 + random.nextInt(3), 3, properties(random, Map.of()));
    }

    private static void verify(
            final SampleOptions options, final SimulatedCluster cluster, final JobResult result) {
        assertThat(result.failure()).isEmpty();
        assertThat(result.status()).isEqualTo(JobStatus.FINISHED);
        assertThat(SampleResult.read(options)).isEqualTo(SampleResult.expected(options));
        assertThat(result.checkpoints().timedOut()).isZero();
        assertThat(cluster.segmentsHeld()).isZero();
        cluster.stop();
        if (!cluster.endedOnAFailingStorage()) {
            assertThat(cluster.checkpointFiles()).isEmpty(); // INV I2
        }
    }
}
