package io.geminid.shuffle.transport;

import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.zip.CRC32C;

/**
 * Frames that no transport may take after a handshake, by seed: truncated, flipped, with lengths
 * that are negative or huge, of unknown types, and noise.
 */
public final class HostileFrames {

    /**
     * One attempt.
     *
     * @param kind what is wrong with it
     * @param bytes what to send, little-endian
     * @param truncated whether it is only wrong because the sender hangs up after it
     */
    public record Case(String kind, ByteBuffer bytes, boolean truncated) {}

    private static final int KINDS = 9;

    private final Random random;
    private final int segmentBytes;

    /**
     * @param random decides
     * @param segmentBytes agreed on
     */
    public HostileFrames(final Random random, final int segmentBytes) {
        this.random = random;
        this.segmentBytes = segmentBytes;
    }

    /**
     * @return another one
     */
    public Case next() {
        final int kind = random.nextInt(KINDS);
        final boolean data = random.nextBoolean();
        final ByteBuffer frame = good(data);
        final FrameHeader header = new FrameHeader().wrap(frame, 0);
        switch (kind) {
            case 0 -> {
                frame.limit(1 + random.nextInt(frame.capacity() - 1));
                return new Case("truncated", frame, true);
            }
            case 1 -> {
                final int bit = random.nextInt(frame.capacity() * Byte.SIZE);
                final int at = bit / Byte.SIZE;
                frame.put(at, (byte) (frame.get(at) ^ 1 << bit % Byte.SIZE));
                return new Case("flipped bit=" + bit, frame, false);
            }
            case 2 -> {
                header.payload(-1 - random.nextInt(Integer.MAX_VALUE), 1).seal();
                return new Case("negative length", frame, false);
            }
            case 3 -> {
                final int least = data ? segmentBytes : FrameHeader.CONTROL_BYTES_MAX;
                final int more = 1 + random.nextInt(1 << 10 + random.nextInt(20));
                header.payload(least + more, 1).seal();
                return new Case("huge length", frame, false);
            }
            case 4 -> {
                byte code = (byte) random.nextInt();
                while (FrameType.of(code) != null) {
                    code = (byte) random.nextInt();
                }
                frame.put(3, code);
                header.seal();
                return new Case("unknown type=" + code, frame, false);
            }
            case 5 -> {
                header.start(1, random.nextBoolean() ? FrameType.HELLO : FrameType.WELCOME, 0);
                header.seal();
                return new Case("second handshake", frame, false);
            }
            case 6 -> {
                header.start(2 + random.nextInt(250), FrameType.HEARTBEAT, 0).seal();
                return new Case("other version", frame, false);
            }
            case 7 -> {
                header.start(1, FrameType.ACK, 0);
                header.value(random.nextLong() | 1L << 40).seal();
                return new Case("acknowledges what was not sent", frame, false);
            }
            default -> {
                final byte[] noise = new byte[64 + random.nextInt(4096)];
                random.nextBytes(noise);
                return new Case("noise", ByteBuffer.wrap(noise), false);
            }
        }
    }

    private ByteBuffer good(final boolean data) {
        final byte[] payload = new byte[1 + random.nextInt(data ? segmentBytes : 4096)];
        random.nextBytes(payload);
        final ByteBuffer frame =
                ByteBuffer.allocate(FrameHeader.LENGTH_BYTES + payload.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        frame.put(FrameHeader.LENGTH_BYTES, payload);
        final CRC32C crc = new CRC32C();
        crc.update(payload);
        new FrameHeader()
                .wrap(frame, 0)
                .start(1, data ? FrameType.DATA : FrameType.EVENT, random.nextInt(10))
                .sequence(random.nextInt())
                .payload(payload.length, (int) crc.getValue())
                .seal();
        return frame;
    }
}
