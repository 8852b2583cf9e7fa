package io.geminid.perf.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.perf.Geminid;
import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.runtime.task.checkpoint.ChannelState;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.HostDisk;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class VerifyCommandTest {
    @TempDir private Path root;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final AtomicLong lastId = new AtomicLong();
    private final Supplier<UUID> ids = () -> new UUID(7, lastId.incrementAndGet());
    private final CheckpointId id = new CheckpointId(new UUID(0, 1), 5, 2);
    private Path shared;
    private Path exclusive;
    private Path checkpoint;

    @BeforeEach
    void writeACheckpoint() throws Exception {
        final BlobStore blobs = new DirectoryBlobStore(new HostDisk(), root);
        final StateHandle sharedHandle = write(blobs, StateScope.SHARED);
        final StateHandle exclusiveHandle = write(blobs, StateScope.EXCLUSIVE);
        final StatePart part =
                StatePart.of(
                        PartKind.KEYED,
                        "test/1",
                        List.of(sharedHandle, exclusiveHandle),
                        Bytes.EMPTY);
        new CompletedCheckpoints(blobs, ids)
                .complete(
                        new CheckpointManifest(
                                id,
                                0,
                                List.of(
                                        new OperatorSnapshot(
                                                "op",
                                                1,
                                                128,
                                                List.of(new SubtaskSnapshot(0, List.of(part))))),
                                Map.of()));
        shared = root.resolve(sharedHandle.file().name());
        exclusive = root.resolve(exclusiveHandle.file().name());
        checkpoint = exclusive.getParent();
    }

    private StateHandle write(final BlobStore blobs, final StateScope scope) throws Exception {
        try (SnapshotWriter writer = new BlobCheckpointStorage(blobs, ids, 512).newWriter(id);
                StateOutput output = writer.open(scope)) {
            output.write(ByteBuffer.allocate(2000));
            final StateHandle handle = output.finish();
            writer.commit().get();
            return handle;
        }
    }

    private int verify(final Path directory) {
        out.getBuffer().setLength(0);
        final CommandLine command = Geminid.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        return command.execute("verify", directory.toString());
    }

    private static void flip(final Path file, final int at) throws Exception {
        final byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 4;
        Files.write(file, bytes);
    }

    @Test
    void saysThatASoundDirectoryIsSound() {
        for (final Path directory : List.of(root, checkpoint.getParent(), checkpoint)) {
            assertThat(verify(directory)).isZero();
            assertThat(out.toString()).contains("sound: checkpoints=1 files=3").contains("" + id);
        }
        assertThat(verify(shared.getParent())).isZero();
    }

    @Test
    void namesEveryDamagedFileAndOffset() throws Exception {
        flip(shared, 64 + 516 + 100);
        flip(shared, 64 + 2 * 516 + 1);
        flip(exclusive, 10);
        for (final Path directory : List.of(root, checkpoint.getParent(), checkpoint)) {
            assertThat(verify(directory)).isEqualTo(1);
            assertThat(out.toString())
                    .contains("file=" + root.relativize(shared) + " offset=" + (64 + 516))
                    .contains("file=" + root.relativize(shared) + " offset=" + (64 + 2 * 516))
                    .contains("file=" + root.relativize(exclusive) + " offset=0")
                    .contains("damages=3");
        }
    }

    @Test
    void namesAMissingFileAndADamagedManifest() throws Exception {
        Files.delete(exclusive);
        assertThat(verify(root)).isEqualTo(1);
        assertThat(out.toString())
                .contains("file=" + root.relativize(exclusive))
                .contains("missing");

        flip(checkpoint.resolve("manifest"), 70);
        assertThat(verify(root)).isEqualTo(1);
        assertThat(out.toString()).contains("/manifest offset=64").contains("damages=1");
    }

    @Test
    void showsWhatIsUnfinishedAndWhatNobodyRefersTo() throws Exception {
        Files.move(shared, shared.resolveSibling(shared.getFileName() + ".part"));
        write(new DirectoryBlobStore(new HostDisk(), root), StateScope.SHARED);
        assertThat(verify(shared.getParent())).isZero();
        assertThat(out.toString()).contains("unfinished=1").contains("unreferenced=1");
    }

    @Test
    void looksIntoDataInFlight() throws Exception {
        final byte[] twoRecords = {2, 0, 0, 0, 11, 12, 1, 0, 0, 0, 13};
        completeWithInFlight(6, twoRecords, twoRecords.length);
        assertThat(verify(root)).isZero();
        assertThat(out.toString()).contains("channels=1 bytes=11 records=2");

        completeWithInFlight(7, twoRecords, twoRecords.length - 1);
        assertThat(verify(root)).isEqualTo(1);
        assertThat(out.toString())
                .contains("is not whole records: records=1 then length=1 missing=1")
                .contains("damages=1");
    }

    /** The consumer's side has the first three bytes, so lengths and records are divided. */
    private void completeWithInFlight(final long number, final byte[] bytes, final int length)
            throws Exception {
        final CheckpointId checkpointId = new CheckpointId(id.job(), number, 2);
        final ChannelId channel = new ChannelId(0, 0, 0);
        final ChannelState input = new ChannelState();
        input.add(channel, ByteBuffer.wrap(bytes, 0, 3).slice());
        final ChannelState output = new ChannelState();
        output.add(channel, ByteBuffer.wrap(bytes, 3, length - 3).slice());
        final BlobStore blobs = new DirectoryBlobStore(new HostDisk(), root);
        try (SnapshotWriter writer =
                new BlobCheckpointStorage(blobs, ids).newWriter(checkpointId)) {
            final List<StatePart> parts =
                    List.of(
                            output.write(PartKind.OUTPUT_CHANNELS, writer),
                            input.write(PartKind.INPUT_CHANNELS, writer));
            writer.commit().get();
            new CompletedCheckpoints(blobs, ids)
                    .complete(
                            new CheckpointManifest(
                                    checkpointId,
                                    0,
                                    List.of(
                                            new OperatorSnapshot(
                                                    "task",
                                                    1,
                                                    128,
                                                    List.of(new SubtaskSnapshot(0, parts)))),
                                    Map.of()));
        }
    }

    @Test
    void refusesADirectoryWithoutCheckpointsAndWrongUsage() throws Exception {
        assertThat(verify(Files.createDirectory(root.resolve("empty")))).isEqualTo(1);
        assertThat(err.toString()).contains("no files of checkpoints");
        assertThat(verify(root.resolve("nothing-here"))).isEqualTo(2);
    }
}
