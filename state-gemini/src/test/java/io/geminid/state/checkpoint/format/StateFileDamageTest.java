package io.geminid.state.checkpoint.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever happens to a file, its payload is what was written, or there is an error naming it. */
final class StateFileDamageTest {
    private static final int BLOCK_BYTES = 512;
    private static final String NAME = "file.state";

    /** {@code -Dgeminid.test.bit-flips=100000} for the whole matrix. */
    private static final int BIT_FLIPS = Integer.getInteger("geminid.test.bit-flips", 5_000);

    @RegisterExtension final Seed seed = new Seed();

    private byte[] payload(final int bytes) {
        final byte[] payload = new byte[bytes];
        seed.random().nextBytes(payload);
        return payload;
    }

    private static byte[] file(final UUID id, final byte[] payload) throws IOException {
        final BlobStore blobs = new MemoryBlobStore(() -> Instant.EPOCH);
        try (StateFileWriter writer =
                new StateFileWriter(
                        blobs.create(NAME),
                        new FileIdentity(
                                FileKind.STATE, id, new CheckpointId(new UUID(5, 6), 7, 1)),
                        BLOCK_BYTES)) {
            writer.write(ByteBuffer.wrap(payload));
            writer.commit();
        }
        final ByteBuffer bytes = ByteBuffer.allocate((int) blobs.open(NAME).length());
        blobs.open(NAME).read(0, bytes);
        return bytes.array();
    }

    private static StateFileReader open(final byte[] file) throws IOException {
        final BlobStore blobs = new MemoryBlobStore(() -> Instant.EPOCH);
        try (BlobOutput output = blobs.create(NAME)) {
            output.write(ByteBuffer.wrap(file));
            output.commit();
        }
        return new StateFileReader(NAME, blobs.open(NAME), FileKind.STATE);
    }

    private static byte[] readAll(final byte[] file) throws IOException {
        final StateFileReader reader = open(file);
        final ByteBuffer payload = ByteBuffer.allocate((int) reader.payloadBytes());
        reader.read(0, payload);
        return payload.array();
    }

    @Test
    void findsEveryFlippedBit() throws Exception {
        final byte[] payload = payload(5 * BLOCK_BYTES + 77);
        final byte[] sound = file(new UUID(1, 2), payload);
        assertThat(readAll(sound)).isEqualTo(payload);
        for (int i = 0; i < BIT_FLIPS; i++) {
            final byte[] damaged = sound.clone();
            final int bit = seed.random().nextInt(sound.length * 8);
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> readAll(damaged))
                    .as("bit %s", bit)
                    .isInstanceOf(CorruptStateException.class)
                    .hasMessageContaining(NAME);
        }
    }

    @Test
    void handsOutNothingOfADamagedBlockAndEverythingOfTheOthers() throws Exception {
        final byte[] payload = payload(4 * BLOCK_BYTES);
        final byte[] file = file(new UUID(1, 2), payload);
        final int damagedBlock = seed.random().nextInt(4);
        final long offset = StateFileLayout.blockOffset(damagedBlock, BLOCK_BYTES);
        file[(int) offset + seed.random().nextInt(BLOCK_BYTES)] ^= 0x10;
        final StateFileReader reader = open(file);
        for (int block = 0; block < 4; block++) {
            final long from = (long) block * BLOCK_BYTES;
            final ByteBuffer target = ByteBuffer.allocate(BLOCK_BYTES);
            if (block == damagedBlock) {
                assertThatThrownBy(() -> reader.read(from, target))
                        .isInstanceOfSatisfying(
                                CorruptStateException.class,
                                e -> assertThat(e.offset()).isEqualTo(offset));
                assertThat(target.array()).containsOnly(0);
            } else {
                reader.read(from, target);
                assertThat(target.array())
                        .isEqualTo(
                                Arrays.copyOfRange(payload, (int) from, (int) from + BLOCK_BYTES));
            }
        }
        final List<CorruptStateException> damages = new ArrayList<>();
        reader.checkAll(damages::add);
        assertThat(damages).hasSize(1);
    }

    @Test
    void refusesAFileOfEveryOtherLength() throws Exception {
        final byte[] file = file(new UUID(1, 2), payload(3 * BLOCK_BYTES + 5));
        for (int length = 0; length < file.length; length++) {
            final byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> open(cut))
                    .as("length %s", length)
                    .isInstanceOf(CorruptStateException.class);
        }
        assertThatThrownBy(() -> open(Arrays.copyOf(file, file.length + 1)))
                .isInstanceOf(CorruptStateException.class);
    }

    @Test
    void findsABlockInTheWrongPlace() throws Exception {
        final byte[] file = file(new UUID(1, 2), payload(4 * BLOCK_BYTES));
        final byte[] other = file(new UUID(3, 4), payload(4 * BLOCK_BYTES));
        final int stride = BLOCK_BYTES + StateFileLayout.BLOCK_CHECKSUM_BYTES;
        final int first = (int) StateFileLayout.blockOffset(0, BLOCK_BYTES);
        final int second = (int) StateFileLayout.blockOffset(1, BLOCK_BYTES);
        final byte[] swapped = file.clone();
        System.arraycopy(file, first, swapped, second, stride);
        assertThatThrownBy(() -> readAll(swapped)).isInstanceOf(CorruptStateException.class);
        final byte[] mixed = file.clone();
        System.arraycopy(other, first, mixed, first, stride);
        assertThatThrownBy(() -> readAll(mixed)).isInstanceOf(CorruptStateException.class);
    }
}
