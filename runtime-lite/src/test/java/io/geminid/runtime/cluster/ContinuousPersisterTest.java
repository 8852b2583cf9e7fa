package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.config.ConfigException;
import io.geminid.config.GeminidProperties;
import io.geminid.runtime.cluster.Cluster.RunningJob;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.checkpoint.InFlightVerifier;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.KeepMode;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.samplejob.RescaledProgram;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.HostDisk;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All that is sent is logged: jobs on real threads, processes and files. */
class ContinuousPersisterTest {

    private static final int KILLS = 4;

    @RegisterExtension final Seed seed = new Seed();

    @TempDir private Path directory;

    private Path checkpoints() {
        return directory.resolve("checkpoints");
    }

    private ClusterConfig config(final Map<String, String> more) {
        final Map<String, String> all = new TreeMap<>(more);
        all.put("geminid.memory.max-bytes", "16mb");
        all.put(CheckpointSettings.DIRECTORY.name(), checkpoints().toString());
        all.put(CheckpointSettings.PERSISTER.name(), "continuous");
        all.put(ClusterKeys.SLOT_TIMEOUT.name(), "100s");
        all.putIfAbsent(CheckpointSettings.INTERVAL.name(), "20ms");
        final GeminidProperties properties = TestProperties.small(all);
        return new ClusterConfig(2, 4, properties);
    }

    private SampleOptions options(final int parallelism) {
        return SampleOptions.of(directory, 1)
                .withRecords(60_000)
                .withPayloadBytesMax(1_000)
                .withSeed(seed.value())
                .withParallelism(Collections.nCopies(4, parallelism));
    }

    /** Returns when a checkpoint is complete; false if the job ended before. */
    private static boolean keep(final RunningJob job) throws Exception {
        while (!job.result().isDone()) {
            try {
                job.keep(KeepMode.CHECKPOINT).get(120, TimeUnit.SECONDS);
                return true;
            } catch (final ExecutionException e) {
                // Not all tasks run, or one of them has just been killed.
            }
        }
        return false;
    }

    // C1, C2, R: workers die while they append.
    @Test
    void workersThatAreKilledLoseNothing() throws Exception {
        final SampleOptions options = options(2);
        final Map<String, String> restarts = Map.of(CheckpointSettings.RESTARTS.name(), "1000");
        try (ProcessCluster cluster =
                ProcessCluster.start(
                        config(restarts),
                        ProcessOptions.ofThisProcess().withHeapBytes(256L << 20))) {
            final RunningJob job =
                    cluster.submit(RescaledProgram.request(options), ProgressListener.NONE);
            for (int i = 0; i < KILLS && keep(job); i++) {
                final List<Long> pids = List.copyOf(cluster.workerPids());
                if (!pids.isEmpty()) {
                    final long killed = pids.get(seed.random().nextInt(pids.size()));
                    ProcessHandle.of(killed).ifPresent(ProcessHandle::destroyForcibly);
                }
            }
            final JobResult result = job.result().get(120, TimeUnit.SECONDS);
            assertThat(result.failure()).isEmpty();
            assertThat(result.checkpoints().restarts()).isPositive();
            assertThat(result.checkpoints().givenBack())
                    .isEqualTo(result.checkpoints().persisted());
        }
        RescaledProgram.verify(options);
        assertThat(files()).as("what a job that has ended well leaves").isEmpty();
    }

    private List<Path> files() throws IOException {
        try (var all = Files.walk(checkpoints())) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    /** How a file of a log may be damaged. */
    private enum Damage {
        TRUNCATED,
        BIT_FLIPPED,
        DELETED;

        void to(final Path file, final Seed seed) throws IOException {
            final int length = (int) Files.size(file);
            final int at = seed.random().nextInt(length);
            switch (this) {
                case DELETED -> Files.delete(file);
                case TRUNCATED -> {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.truncate(at);
                    }
                }
                case BIT_FLIPPED -> {
                    try (FileChannel channel =
                            FileChannel.open(
                                    file, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
                        final ByteBuffer one = ByteBuffer.allocate(1);
                        channel.read(one, at);
                        one.put(0, (byte) (one.get(0) ^ 1 << seed.random().nextInt(Byte.SIZE)));
                        channel.write(one.clear(), at);
                    }
                }
                default -> throw new AssertionError(this);
            }
        }
    }

    // INV U15
    @ParameterizedTest
    @ValueSource(strings = {"TRUNCATED", "BIT_FLIPPED", "DELETED"})
    void aDamagedLogIsRefusedBeforeAByteOfItIsUsed(final String damage) throws Exception {
        final Map<String, String> named =
                Map.of(
                        CheckpointSettings.JOB.name(),
                        "damaged",
                        CheckpointSettings.INTERVAL.name(),
                        "1h");
        final SampleOptions options = options(2).withRecords(-1);
        final CheckpointManifest latest;
        try (Cluster cluster = EmbeddedCluster.start(config(named))) {
            final RunningJob job =
                    cluster.submit(RescaledProgram.request(options), ProgressListener.NONE);
            do {
                assertThat(keep(job)).isTrue();
            } while (filesOfLogs(manifest()).isEmpty());
            job.cancel();
            assertThat(job.await().status()).isEqualTo(JobStatus.CANCELED);
            latest = manifest();
        }
        final List<Path> logs = filesOfLogs(latest);
        final InFlightVerifier.Found found =
                new InFlightVerifier(new BlobCheckpointStorage(blobs(), UUID::randomUUID))
                        .verify(latest);
        assertThat(found.bytes()).isPositive();
        for (final Path file : logs) {
            Damage.valueOf(damage).to(file, seed);
        }
        try (Cluster cluster = EmbeddedCluster.start(config(named))) {
            final JobResult result =
                    cluster.run(RescaledProgram.request(options), ProgressListener.NONE);
            assertThat(result.failure().orElseThrow().message())
                    .contains("in flight in ChannelId", "file=");
        }
    }

    private BlobStore blobs() {
        return new DirectoryBlobStore(new HostDisk(), checkpoints());
    }

    private CheckpointManifest manifest() throws IOException {
        final CompletedCheckpoints completed = new CompletedCheckpoints(blobs(), UUID::randomUUID);
        try (var jobs = Files.list(checkpoints())) {
            final UUID job =
                    UUID.fromString(jobs.findFirst().orElseThrow().getFileName().toString());
            final List<CheckpointId> all = completed.list(job);
            return completed.read(all.get(all.size() - 1));
        }
    }

    private List<Path> filesOfLogs(final CheckpointManifest manifest) {
        return manifest.operators().stream()
                .flatMap(operator -> operator.subtasks().stream())
                .flatMap(subtask -> subtask.parts().stream())
                .filter(part -> part.kind() == PartKind.OUTPUT_CHANNELS)
                .flatMap(part -> part.handles().stream())
                .map(StateHandle::file)
                .map(file -> checkpoints().resolve(file.name()))
                .distinct()
                .toList();
    }

    @Test
    void barriersThatOvertakeNothingNeedNoLog() {
        final GeminidProperties aligned =
                config(Map.of(CheckpointSettings.ALIGNMENT.name(), "aligned")).properties();
        assertThatThrownBy(() -> CheckpointSettings.from(aligned))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("geminid.checkpoint.channel-persister=continuous needs");
    }
}
