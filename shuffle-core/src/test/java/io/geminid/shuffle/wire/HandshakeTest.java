package io.geminid.shuffle.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class HandshakeTest {

    @RegisterExtension final Seed seed = new Seed();

    private static Handshake random(final Random random) {
        final int versionMin = 1 + random.nextInt(255);
        return new Handshake(
                versionMin,
                versionMin + random.nextInt(256 - versionMin),
                1 + random.nextInt(Integer.MAX_VALUE),
                1 + random.nextInt(Integer.MAX_VALUE),
                random.nextInt(),
                new UUID(random.nextLong(), random.nextLong()));
    }

    private static ByteBuffer buffer(final int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void whatWasWrittenIsRead() {
        new PropertyRunner(seed, 500, 100)
                .check(
                        (random, size) -> {
                            final Handshake written = random(random);
                            final ByteBuffer bytes = buffer(size + Handshake.LENGTH_BYTES);
                            written.encode(bytes, size);
                            assertThat(Handshake.decode(bytes.position(size))).isEqualTo(written);
                            assertThat(bytes.position()).isEqualTo(size);
                        });
    }

    @Test
    void anExtensionIsReadOver() {
        final Handshake written = random(seed.random());
        for (final int extension : new int[] {1, 32, Handshake.EXTENSION_BYTES_MAX}) {
            final ByteBuffer bytes = buffer(Handshake.LENGTH_BYTES + extension);
            seed.random().nextBytes(bytes.array());
            written.encode(bytes, 0);
            bytes.putShort(2, (short) extension);
            assertThat(Handshake.decode(bytes)).isEqualTo(written);
        }
        final ByteBuffer longer =
                buffer(Handshake.LENGTH_BYTES + Handshake.EXTENSION_BYTES_MAX + 1);
        written.encode(longer, 0);
        longer.putShort(2, (short) (Handshake.EXTENSION_BYTES_MAX + 1));
        assertThat(Handshake.decode(longer)).isNull();
    }

    @Test
    void truncatedOrLongerThanItSaysIsRefused() {
        final ByteBuffer bytes = buffer(Handshake.LENGTH_BYTES + 1);
        random(seed.random()).encode(bytes, 0);
        for (int length = 0; length < Handshake.LENGTH_BYTES; length++) {
            assertThat(Handshake.decode(bytes.limit(length))).as("length %d", length).isNull();
        }
        assertThat(Handshake.decode(bytes.limit(Handshake.LENGTH_BYTES))).isNotNull();
        assertThat(Handshake.decode(bytes.limit(Handshake.LENGTH_BYTES + 1))).isNull();
    }

    @Test
    void anyBytesAreDecodedOrRefused() {
        new PropertyRunner(seed, 5000, 200)
                .check(
                        (random, size) -> {
                            final byte[] noise = new byte[size];
                            random.nextBytes(noise);
                            final ByteBuffer bytes =
                                    ByteBuffer.wrap(noise).order(ByteOrder.LITTLE_ENDIAN);
                            Handshake.decode(bytes);
                            OpenChannel.decode(bytes);
                            assertThat(ErrorText.decode(bytes)).hasSizeLessThan(1025);
                        });
    }

    @Test
    void theNewestVersionThatBothSpeakIsUsed() {
        assertThat(agree(1, 1)).isEqualTo(1);
        assertThat(agree(1, 255)).isEqualTo(WireVersion.CURRENT);
        assertThat(agree(WireVersion.CURRENT + 1, 255)).isEqualTo(WireVersion.NONE);
    }

    private static int agree(final int min, final int max) {
        return WireVersion.agree(new Handshake(min, max, 1, 1, 0, new UUID(0, 0)));
    }

    @Test
    void numbersThatMakeNoSenseAreRefused() {
        final UUID id = new UUID(1, 2);
        assertThatThrownBy(() -> new Handshake(0, 1, 1, 1, 0, id))
                .hasMessageContaining("versions=0..1");
        assertThatThrownBy(() -> new Handshake(2, 1, 1, 1, 0, id)).hasMessageContaining("2..1");
        assertThatThrownBy(() -> new Handshake(1, 256, 1, 1, 0, id)).hasMessageContaining("256");
        assertThatThrownBy(() -> new Handshake(1, 1, 0, 1, 0, id))
                .hasMessageContaining("segmentBytes=0");
        assertThatThrownBy(() -> new Handshake(1, 1, 1, -1, 0, id))
                .hasMessageContaining("channelsMax=-1");
    }

    @Test
    void whatToOpenIsReadAsWritten() {
        new PropertyRunner(seed, 500, 1000)
                .check(
                        (random, size) -> {
                            final OpenChannel written =
                                    new OpenChannel(
                                            new ResultPartitionId(
                                                    random.nextLong(),
                                                    random.nextInt(size),
                                                    random.nextInt(Integer.MAX_VALUE),
                                                    random.nextInt(size)),
                                            range(random, size));
                            final ByteBuffer bytes = buffer(OpenChannel.LENGTH_BYTES + 3);
                            written.encode(bytes, 3);
                            bytes.position(3);
                            assertThat(OpenChannel.decode(bytes)).isEqualTo(written);
                            assertThat(OpenChannel.decode(bytes.position(4))).isNull();
                        });
    }

    private static SubpartitionRange range(final Random random, final int size) {
        final int first = random.nextInt(size);
        return new SubpartitionRange(first, first + random.nextInt(size));
    }

    @Test
    void aRangeThatEndsBeforeItBeginsOpensNothing() {
        final ByteBuffer bytes = buffer(OpenChannel.LENGTH_BYTES);
        bytes.putInt(OpenChannel.LENGTH_BYTES - 2 * Integer.BYTES, 1);
        assertThat(OpenChannel.decode(bytes)).isNull();
    }

    @Test
    void negativeNumbersOpenNothing() {
        for (int at = Long.BYTES; at < OpenChannel.LENGTH_BYTES; at += Integer.BYTES) {
            final ByteBuffer bytes = buffer(OpenChannel.LENGTH_BYTES);
            bytes.putInt(at, -1);
            assertThat(OpenChannel.decode(bytes)).isNull();
        }
    }

    @Test
    void textIsCutBetweenCharactersAndMadeHarmless() {
        final String umlauts = "ü".repeat(ErrorText.LENGTH_BYTES_MAX);
        final ByteBuffer bytes = ErrorText.encode("x" + umlauts);
        assertThat(bytes.remaining()).isEqualTo(ErrorText.LENGTH_BYTES_MAX - 1);
        assertThat(ErrorText.decode(bytes)).endsWith("ü").startsWith("xü");
        assertThat(ErrorText.encode(null).remaining()).isZero();
        final String nasty = "a\nb\u001B[31m\u202Ec\0";
        assertThat(ErrorText.decode(ErrorText.encode(nasty))).isEqualTo("a?b?[31m?c?");
    }
}
