package io.geminid.state.checkpoint.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.state.KeyGroupRange;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.StateSchema;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What checkpoints in any blob store must do. Subclasses say only where the blobs are. */
public abstract class CheckpointStorageContract {
    private static final int BLOCK_BYTES = 1024;

    @RegisterExtension final Seed seed = new Seed();

    /** An empty store, the same one throughout a test. */
    protected abstract BlobStore blobs() throws IOException;

    /** The storage under test. */
    protected CheckpointStorage storage(final int blockBytes) throws IOException {
        return new BlobCheckpointStorage(blobs(), ids(), blockBytes);
    }

    protected final Supplier<UUID> ids() {
        final Random random = seed.fork();
        return () -> new UUID(random.nextLong(), random.nextLong());
    }

    private final UUID job = new UUID(1, 2);

    protected final Random random() {
        return seed.random();
    }

    private byte[] random(final int bytes) {
        final byte[] value = new byte[bytes];
        seed.random().nextBytes(value);
        return value;
    }

    @Test
    void givesBackTheBytesOfEveryRangeFromAnyPosition() throws Exception {
        final CheckpointStorage storage = storage(BLOCK_BYTES);
        for (final int length :
                List.of(0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 700_001)) {
            final byte[] written = random(length);
            final StateHandle handle = write(storage, new CheckpointId(job, 1, 0), written);
            assertThat(handle.length()).isEqualTo(length);
            try (StateInput input = storage.open(handle)) {
                assertThat(read(input, 0, length)).isEqualTo(written);
                for (int i = 0; i < 20; i++) {
                    final int from = seed.random().nextInt(length + 1);
                    final int to = from + seed.random().nextInt(length - from + 1);
                    assertThat(read(input, from, to - from))
                            .isEqualTo(Arrays.copyOfRange(written, from, to));
                }
                assertThatThrownBy(() -> read(input, length, 1))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    @Test
    void keepsNothingOfAWriterThatWasGivenUp() throws Exception {
        final CheckpointStorage storage = storage(BLOCK_BYTES);
        try (SnapshotWriter writer = storage.newWriter(new CheckpointId(job, 1, 0))) {
            try (StateOutput output = writer.open(StateScope.SHARED)) {
                output.write(ByteBuffer.wrap(random(10)));
                output.finish();
            }
            writer.open(StateScope.EXCLUSIVE).write(ByteBuffer.wrap(random(100_000)));
        }
        assertThat(blobs().list("")).isEmpty();
    }

    @Test
    void completesACheckpointOnceAndFindsItAgain() throws Exception {
        final CheckpointStorage storage = storage(BLOCK_BYTES);
        final CompletedCheckpoints completed = new CompletedCheckpoints(blobs(), ids());
        final CheckpointId id = new CheckpointId(job, 7, 2);
        final CheckpointManifest manifest = manifest(id, write(storage, id, random(5000)));
        assertThat(completed.list(job)).isEmpty();
        assertThatThrownBy(() -> completed.read(id)).isInstanceOf(NoSuchFileException.class);

        completed.complete(manifest);

        assertThat(completed.list(job)).containsExactly(id);
        assertThat(completed.read(id)).isEqualTo(manifest);
        assertThatThrownBy(() -> completed.complete(manifest))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(completed.read(id)).isEqualTo(manifest);
        assertThat(completed.list(new UUID(3, 4))).isEmpty();
    }

    private static CheckpointManifest manifest(final CheckpointId id, final StateHandle handle) {
        final StatePart part =
                new StatePart(
                        PartKind.KEYED,
                        "test/1",
                        new KeyGroupRange(0, 63),
                        List.of(new StateSchema("requests", "value(long/1)")),
                        List.of(handle),
                        Bytes.copyOf(new byte[] {1, 2}));
        return new CheckpointManifest(
                id,
                1234,
                List.of(
                        new OperatorSnapshot(
                                "count", 2, 128, List.of(new SubtaskSnapshot(1, List.of(part))))),
                Map.of("source", Bytes.copyOf(new byte[] {9})));
    }

    private static StateHandle write(
            final CheckpointStorage storage, final CheckpointId id, final byte[] bytes)
            throws Exception {
        try (SnapshotWriter writer = storage.newWriter(id);
                StateOutput output = writer.open(StateScope.SHARED)) {
            output.write(ByteBuffer.wrap(bytes));
            final StateHandle handle = output.finish();
            writer.commit().get();
            return handle;
        }
    }

    private static byte[] read(final StateInput input, final long position, final int length)
            throws IOException {
        final ByteBuffer target = ByteBuffer.allocate(length);
        input.read(position, target);
        return target.array();
    }
}
