package io.geminid.shuffle.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class FrameHeaderTest {

    private static final Set<FrameType> HANDSHAKE =
            EnumSet.of(FrameType.HELLO, FrameType.WELCOME, FrameType.PROOF);

    private static final int SEGMENT_BYTES = 32 << 10;
    private static final FrameCheck CHECK =
            FrameCheck.afterHandshake(WireVersion.CURRENT, SEGMENT_BYTES);

    @RegisterExtension final Seed seed = new Seed();

    private final FrameHeader header = new FrameHeader();

    private static ByteBuffer memory(final int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A header that passes the check, with random fields. */
    private FrameHeader random(final ByteBuffer memory, final int offset, final Random random) {
        FrameType type = FrameType.HELLO;
        while (HANDSHAKE.contains(type)) {
            type = FrameType.values()[random.nextInt(FrameType.values().length)];
        }
        final boolean own = type.sender() == FrameType.Sender.TRANSPORT;
        final int bytesMax = type == FrameType.DATA ? SEGMENT_BYTES : FrameHeader.CONTROL_BYTES_MAX;
        final int payloadBytes = random.nextInt(bytesMax + 1);
        final int channel = own ? 0 : random.nextInt(Integer.MAX_VALUE);
        header.wrap(memory, offset)
                .start(WireVersion.CURRENT, type, channel)
                .sequence(random.nextInt())
                .backlog(random.nextInt(Integer.MAX_VALUE))
                .flags(random.nextInt(2))
                .value(random.nextLong())
                .payload(payloadBytes, payloadBytes == 0 ? 0 : random.nextInt())
                .seal();
        return header;
    }

    @Test
    void whatWasWrittenIsRead() {
        new PropertyRunner(seed, 500, 100)
                .check(
                        (random, size) -> {
                            final ByteBuffer memory = memory(size + FrameHeader.LENGTH_BYTES);
                            final int sequence = random.nextInt();
                            final int backlog = random.nextInt();
                            final long value = random.nextLong();
                            final int crc = random.nextInt();
                            header.wrap(memory, size)
                                    .start(200, FrameType.DATA, -5)
                                    .sequence(sequence)
                                    .backlog(backlog)
                                    .flags(0xFFFE)
                                    .value(value)
                                    .payload(size, crc)
                                    .seal();
                            final FrameHeader read = new FrameHeader().wrap(memory, size);
                            assertThat(read.isIntact()).isTrue();
                            assertThat(read.magic()).isEqualTo(FrameHeader.MAGIC);
                            assertThat(read.version()).isEqualTo(200);
                            assertThat(read.type()).isEqualTo(FrameType.DATA);
                            assertThat(read.channel()).isEqualTo(-5);
                            assertThat(read.sequence()).isEqualTo(sequence);
                            assertThat(read.backlog()).isEqualTo(backlog);
                            assertThat(read.flags()).isEqualTo(0xFFFE);
                            assertThat(read.value()).isEqualTo(value);
                            assertThat(read.payloadBytes()).isEqualTo(size);
                            assertThat(read.payloadCrc()).isEqualTo(crc);
                            assertThat(read.reserved()).isZero();
                        });
    }

    @Test
    void bytesAreWhereTheDrawingSays() {
        final ByteBuffer memory = memory(FrameHeader.LENGTH_BYTES);
        header.wrap(memory, 0)
                .start(1, FrameType.CREDIT, 0x03020100)
                .sequence(0x07060504)
                .payload(0x0B0A0908, 0x1F1E1D1C)
                .backlog(0x0F0E0D0C)
                .flags(0x1110)
                .value(0x1B1A191817161514L)
                .seal();
        final byte[] bytes = new byte[36];
        memory.get(0, bytes);
        assertThat(bytes)
                .startsWith('G', 'D', 1, 17)
                .containsSubsequence(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
                .endsWith(0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F);
        // A kept value, computed by another program: the format must not change by accident.
        assertThat(Integer.toHexString(memory.getInt(36))).isEqualTo("82681684");
    }

    @Test
    void everyFlippedBitIsFound() {
        new PropertyRunner(seed, 200, 64)
                .check(
                        (random, size) -> {
                            final ByteBuffer memory = memory(size + FrameHeader.LENGTH_BYTES);
                            random(memory, size, random);
                            assertThat(CHECK.faultOf(header)).as("%s", header).isNull();
                            for (int bit = 0; bit < FrameHeader.LENGTH_BYTES * 8; bit++) {
                                flip(memory, size, bit);
                                assertThat(CHECK.faultOf(header)).as("bit %d", bit).isNotNull();
                                flip(memory, size, bit);
                            }
                        });
    }

    @Test
    void noBurstOfFourBytesGoesUnnoticed() {
        final ByteBuffer memory = memory(FrameHeader.LENGTH_BYTES);
        random(memory, 0, seed.random());
        for (int at = 0; at <= FrameHeader.LENGTH_BYTES - Integer.BYTES; at++) {
            final int before = memory.getInt(at);
            memory.putInt(at, before ^ (seed.random().nextInt() | 1));
            assertThat(CHECK.faultOf(header)).as("at %d", at).isNotNull();
            memory.putInt(at, before);
        }
    }

    private static void flip(final ByteBuffer memory, final int offset, final int bit) {
        final int at = offset + bit / Byte.SIZE;
        memory.put(at, (byte) (memory.get(at) ^ 1 << bit % Byte.SIZE));
    }

    @Test
    void aCorrectChecksumDoesNotMakeAFrameRight() {
        assertFault(FrameFault.VERSION, FrameType.DATA, h -> h.start(2, FrameType.DATA, 1));
        assertFault(FrameFault.TYPE, FrameType.HELLO, h -> {});
        assertFault(FrameFault.TYPE, FrameType.WELCOME, h -> {});
        assertFault(FrameFault.TYPE, FrameType.PROOF, h -> {});
        assertFault(FrameFault.LENGTH, FrameType.DATA, h -> h.payload(SEGMENT_BYTES + 1, 1));
        assertFault(FrameFault.LENGTH, FrameType.DATA, h -> h.payload(-1, 1));
        assertFault(FrameFault.LENGTH, FrameType.DATA, h -> h.payload(Integer.MAX_VALUE, 1));
        assertFault(FrameFault.LENGTH, FrameType.EVENT, h -> h.payload(4097, 1));
        assertFault(FrameFault.CONTENT, FrameType.EVENT, h -> h.payload(0, 1));
        assertFault(FrameFault.CONTENT, FrameType.DATA, h -> h.backlog(-1));
        assertFault(FrameFault.CONTENT, FrameType.DATA, h -> h.flags(2));
        assertFault(FrameFault.CHANNEL, FrameType.DATA, h -> h.start(1, FrameType.DATA, -1));
        assertFault(FrameFault.CHANNEL, FrameType.ACK, h -> h.start(1, FrameType.ACK, 1));
    }

    private interface Change {
        void on(FrameHeader header);
    }

    private void assertFault(final FrameFault fault, final FrameType type, final Change change) {
        header.wrap(memory(FrameHeader.LENGTH_BYTES), 0).start(WireVersion.CURRENT, type, 0);
        change.on(header);
        header.seal();
        assertThat(CHECK.faultOf(header)).isEqualTo(fault);
    }

    @Test
    void onlyGreetingsComeBeforeTheHandshake() {
        for (final FrameType type : FrameType.values()) {
            header.wrap(memory(FrameHeader.LENGTH_BYTES), 0).start(77, type, 0).seal();
            final boolean allowed =
                    type == FrameType.HELLO
                            || type == FrameType.WELCOME
                            || type == FrameType.GOODBYE;
            assertThat(FrameCheck.BEFORE_HANDSHAKE.faultOf(header))
                    .as("%s", type)
                    .isEqualTo(allowed ? null : FrameFault.TYPE);
        }
    }

    @Test
    void onlyTheProofComesBeforeTheProof() {
        for (final FrameType type : FrameType.values()) {
            header.wrap(memory(FrameHeader.LENGTH_BYTES), 0)
                    .start(WireVersion.CURRENT, type, 0)
                    .seal();
            final boolean allowed = type == FrameType.PROOF || type == FrameType.GOODBYE;
            assertThat(FrameCheck.beforeProof(WireVersion.CURRENT).faultOf(header))
                    .as("%s", type)
                    .isEqualTo(allowed ? null : FrameFault.TYPE);
        }
    }

    @Test
    void typesKeepTheirCodes() {
        final int[] codes = {
            1, 2, 3, 4, 5, 6, 16, 17, 18, 19, 20, 21, 22, 32, 33, 34, 35, 36, 37, 38, 48, 49, 50,
            51, 52, 53, 54
        };
        assertThat(FrameType.values()).hasSize(codes.length);
        for (int i = 0; i < codes.length; i++) {
            assertThat(FrameType.values()[i].code()).isEqualTo((byte) codes[i]);
            assertThat(FrameType.of((byte) codes[i])).isEqualTo(FrameType.values()[i]);
        }
        assertThat(FrameType.of((byte) -1)).isNull();
        assertThat(FrameType.of((byte) 63)).isNull();
        assertThat(FrameType.of((byte) 64)).isNull();
    }
}
