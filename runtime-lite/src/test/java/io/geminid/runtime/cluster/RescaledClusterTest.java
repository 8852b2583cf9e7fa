package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.config.GeminidProperties;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.KeepMode;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.samplejob.RescaledProgram;
import io.geminid.runtime.samplejob.SampleOptions;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job goes on with other parallelisms, from unaligned checkpoints, on real threads (INV U10). */
class RescaledClusterTest {

    private static final int[] PARALLELISMS = {2, 3, 7, 1};

    @TempDir private Path directory;

    private ClusterConfig config() {
        final GeminidProperties properties =
                TestProperties.small(
                        Map.of(
                                "geminid.memory.max-bytes",
                                "16mb",
                                CheckpointSettings.DIRECTORY.name(),
                                directory.resolve("checkpoints").toString(),
                                CheckpointSettings.JOB.name(),
                                "rescaled",
                                ClusterKeys.SLOT_TIMEOUT.name(),
                                "100s",
                                CheckpointSettings.INTERVAL.name(),
                                "20ms"));
        return new ClusterConfig(2, 4, properties);
    }

    @Test
    void embedded() throws Exception {
        final SampleOptions options =
                SampleOptions.of(directory, 1).withRecords(60_000).withPayloadBytesMax(300);
        try (Cluster cluster = EmbeddedCluster.start(config())) {
            for (final int parallelism : PARALLELISMS) {
                final SampleOptions own =
                        options.withParallelism(Collections.nCopies(4, parallelism));
                final Cluster.RunningJob job =
                        cluster.submit(RescaledProgram.request(own), ProgressListener.NONE);
                if (parallelism != 1) {
                    keepAndCancel(job);
                }
                final JobResult result = job.result().get(120, TimeUnit.SECONDS);
                assertThat(result.failure()).isEmpty();
                if (result.status() == JobStatus.FINISHED) {
                    break;
                }
            }
        }
        RescaledProgram.verify(options);
    }

    private static void keepAndCancel(final Cluster.RunningJob job) throws Exception {
        while (!job.result().isDone()) {
            try {
                job.keep(KeepMode.CHECKPOINT).get(120, TimeUnit.SECONDS);
                job.cancel();
                return;
            } catch (final ExecutionException e) {
                // Not all tasks run yet, or no longer.
            }
        }
    }
}
