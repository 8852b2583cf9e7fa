package io.geminid.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.runtime.task.checkpoint.ChannelState;
import io.geminid.runtime.task.checkpoint.RestoredChannel;
import io.geminid.runtime.task.checkpoint.RestoredGate;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Data in flight that is not what was written is refused as a whole (INV U15). */
class RestoredGateTest {

    private static final CheckpointId CHECKPOINT = new CheckpointId(new UUID(0, 1), 1, 0);
    private static final ChannelId CHANNEL = new ChannelId(0, 0, 0);

    @RegisterExtension final Seed seed = new Seed();

    private final MemoryBlobStore blobs = new MemoryBlobStore(() -> Instant.EPOCH);
    private final List<String> log = new ArrayList<>();
    private final FakeGate gate = new FakeGate(log, 1);

    private List<RestoredChannel> write(final BlobCheckpointStorage storage, final byte[] content)
            throws IOException {
        final ChannelState state = new ChannelState();
        state.add(CHANNEL, ByteBuffer.wrap(content));
        final StatePart part;
        try (SnapshotWriter writer = storage.newWriter(CHECKPOINT)) {
            part = state.write(PartKind.INPUT_CHANNELS, writer);
            writer.commit().join();
        }
        final Map<ChannelId, List<StateHandle>> read = ChannelState.read(part);
        return List.of(new RestoredChannel(CHANNEL, false, read.get(CHANNEL)));
    }

    private byte[] bytesOf(final String name) throws IOException {
        try (BlobInput in = blobs.open(name)) {
            final ByteBuffer bytes = ByteBuffer.allocate((int) in.length());
            in.read(0, bytes);
            return bytes.array();
        }
    }

    private void replace(final String name, final byte[] bytes, final int length)
            throws IOException {
        blobs.delete(name);
        try (BlobOutput out = blobs.create(name)) {
            out.write(ByteBuffer.wrap(bytes, 0, length));
            out.commit();
        }
    }

    @RepeatedTest(50)
    void oneBitThatIsWrongOrOneByteThatIsMissingIsFoundBeforeTheFirstByteIsGivenOut()
            throws IOException {
        final Random random = seed.random();
        final BlobCheckpointStorage storage =
                new BlobCheckpointStorage(
                        blobs, () -> new UUID(random.nextLong(), random.nextLong()), 1 << 12);
        final byte[] content = new byte[1 + random.nextInt(40_000)];
        random.nextBytes(content);
        final List<RestoredChannel> channels = write(storage, content);
        final String name = channels.get(0).slices().get(0).file().name();
        assertThat(RestoredGate.checked(gate, storage, channels).bytesTaken()).isZero();

        final byte[] bytes = bytesOf(name);
        final boolean truncated = random.nextBoolean();
        if (truncated) {
            replace(name, bytes, random.nextInt(bytes.length));
        } else {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            replace(name, bytes, bytes.length);
        }

        assertThatThrownBy(() -> RestoredGate.checked(gate, storage, channels))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(CorruptStateException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("in flight in");
        assertThat(log).containsExactly("gate close");
    }
}
