package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.config.ConfigException;
import io.geminid.config.GeminidProperties;
import io.geminid.runtime.cluster.Cluster.RunningJob;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.KeepMode;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.runtime.samplejob.SampleResult;
import io.geminid.state.checkpoint.CheckpointId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints that somebody asks for, and jobs that start from them. */
class SavepointTest {

    @TempDir private Path output;
    @TempDir private Path checkpoints;

    private GeminidProperties properties(final Map<String, String> more) {
        final Map<String, String> all = new TreeMap<>(more);
        all.put(CheckpointSettings.DIRECTORY.name(), checkpoints.toString());
        all.putIfAbsent(CheckpointSettings.INTERVAL.name(), "50ms");
        return TestProperties.small(all);
    }

    // T1, T3: what came before the savepoint is shown, the rest comes from the job after it.
    @ParameterizedTest
    @CsvSource({"false, checkpoint", "true, checkpoint", "false, continuous"})
    void aJobGoesOnFromASavepointWithAnotherParallelism(final String claim, final String persister)
            throws Exception {
        final SampleOptions options = SampleOptions.of(output, 2).withRecords(100_000);
        final CheckpointId savepoint;
        final Map<String, String> kept = Map.of(CheckpointSettings.PERSISTER.name(), persister);
        try (Cluster cluster = EmbeddedCluster.start(new ClusterConfig(2, 3, properties(kept)))) {
            final RunningJob job = cluster.submit(options.request(), ProgressListener.NONE);
            savepoint = keep(job, KeepMode.SAVEPOINT_AND_STOP);
            assertThat(job.await().status()).isEqualTo(JobStatus.CANCELED);
        }
        final Map<String, String> from =
                Map.of(
                        CheckpointSettings.FROM.name(),
                        savepoint.toString(),
                        CheckpointSettings.CLAIM.name(),
                        claim);
        final SampleOptions wider = options.withParallelism(List.of(2, 3, 1, 2));
        try (Cluster cluster = EmbeddedCluster.start(new ClusterConfig(2, 3, properties(from)))) {
            final JobResult result = cluster.run(wider.request(), ProgressListener.NONE);
            assertThat(result.failure()).isEmpty();
        }
        assertThat(SampleResult.read(wider)).isEqualTo(SampleResult.expected(wider));
    }

    private static CheckpointId keep(final RunningJob job, final KeepMode mode) throws Exception {
        while (true) {
            try {
                return job.keep(mode).get();
            } catch (final ExecutionException e) {
                // Not all tasks run yet.
                assertThat(job.result()).isNotDone();
            }
        }
    }

    @Test
    void aJobOfANameGoesOnWhereTheOneBeforeWasCancelled() throws Exception {
        final SampleOptions options = SampleOptions.of(output, 2).withRecords(100_000);
        final GeminidProperties named = properties(Map.of(CheckpointSettings.JOB.name(), "mine"));
        try (Cluster cluster = EmbeddedCluster.start(new ClusterConfig(2, 3, named))) {
            final RunningJob job = cluster.submit(options.request(), ProgressListener.NONE);
            keep(job, KeepMode.CHECKPOINT);
        }
        try (Cluster cluster = EmbeddedCluster.start(new ClusterConfig(2, 3, named))) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);
            assertThat(result.failure()).isEmpty();
        }
        assertThat(SampleResult.read(options)).isEqualTo(SampleResult.expected(options));
    }

    @Test
    void whatIsNotThereCannotBeStartedFrom() throws Exception {
        final String nowhere = "00000000-0000-0000-0000-000000000001";
        final GeminidProperties from = properties(Map.of(CheckpointSettings.FROM.name(), nowhere));
        try (Cluster cluster = EmbeddedCluster.start(new ClusterConfig(1, 3, from))) {
            final JobResult result =
                    cluster.run(SampleOptions.of(output, 1).request(), ProgressListener.NONE);
            assertThat(result.failure().orElseThrow().message())
                    .contains("geminid.checkpoint.from=" + nowhere, "no completed checkpoint");
        }
    }

    @Test
    void atLeastOnceAndUnalignedAreRefusedTogether() {
        final GeminidProperties both =
                properties(Map.of(CheckpointSettings.GUARANTEE.name(), "at-least-once"));
        assertThatThrownBy(() -> CheckpointSettings.from(both))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("geminid.checkpoint.alignment=aligned, not unaligned")
                .hasMessageContaining("count besides");
    }

    // Without failures nothing counts twice, and no channel waits.
    @Test
    void atLeastOnceIsExactWithoutFailures() throws Exception {
        final SampleOptions options = SampleOptions.of(output, 2).withRecords(20_000);
        final Map<String, String> atLeastOnce =
                Map.of(
                        CheckpointSettings.GUARANTEE.name(), "at-least-once",
                        CheckpointSettings.ALIGNMENT.name(), "aligned",
                        CheckpointSettings.INTERVAL.name(), "5ms");
        try (Cluster cluster =
                EmbeddedCluster.start(new ClusterConfig(2, 3, properties(atLeastOnce)))) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);
            assertThat(result.failure()).isEmpty();
            assertThat(result.checkpoints().completed()).isPositive();
        }
        assertThat(SampleResult.read(options)).isEqualTo(SampleResult.expected(options));
    }
}
