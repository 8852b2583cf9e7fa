package io.geminid.shuffle.transport;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.OpenChannel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Frames that nobody may take after a handshake, by seed: truncated, flipped, with lengths that are
 * negative or huge, of unknown types, and noise; and frames that only a network of channels
 * refuses.
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
    private static final FrameType[] HANDSHAKE = {
        FrameType.HELLO, FrameType.WELCOME, FrameType.PROOF
    };

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
     * Frames that are right as such, but not in a channel of a peer that has opened none.
     *
     * @return another one
     */
    public Case nextForChannels() {
        final int channel = random.nextInt(Integer.MAX_VALUE);
        final long noCredit =
                switch (random.nextInt(4)) {
                    case 0 -> Long.MIN_VALUE;
                    case 1 -> -1 - random.nextInt(Integer.MAX_VALUE);
                    case 2 -> Long.MAX_VALUE;
                    default -> (1L << 31) - 1 + random.nextInt(2);
                };
        return switch (random.nextInt(6)) {
            case 0 -> frames("credit for no channel", frame(FrameType.CREDIT, channel, 1, 0));
            case 1 -> frames("data for no channel", frame(FrameType.DATA, channel, 0, 100));
            case 2 -> frames("event for no channel", frame(FrameType.EVENT, channel, 0, 10));
            case 3 -> frames("initial credit=" + noCredit, open(0, noCredit));
            case 4 ->
                    frames(
                            "credit overflow=" + noCredit,
                            open(0, 1),
                            frame(FrameType.CREDIT, 0, noCredit, 0),
                            frame(FrameType.CREDIT, 0, noCredit, 0),
                            // The first channel may have ended by then: nobody has the partition.
                            open(7, 1));
            default ->
                    frames(
                            "opens nonsense",
                            frame(FrameType.OPEN_CHANNEL, 0, 1, random.nextInt(24)));
        };
    }

    private static Case frames(final String kind, final ByteBuffer... frames) {
        final ByteBuffer all = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        for (final ByteBuffer frame : frames) {
            all.put(frame.clear());
        }
        return new Case(kind, all.flip(), false);
    }

    private ByteBuffer open(final int channel, final long credit) {
        final ByteBuffer frame =
                frame(FrameType.OPEN_CHANNEL, channel, credit, OpenChannel.LENGTH_BYTES);
        final ResultPartitionId nobodys =
                new ResultPartitionId(random.nextLong(), 1, 2, random.nextInt(9));
        new OpenChannel(nobodys, SubpartitionRange.of(0)).encode(frame, FrameHeader.LENGTH_BYTES);
        return sealed(frame);
    }

    private ByteBuffer frame(
            final FrameType type, final int channel, final long value, final int payloadBytes) {
        final ByteBuffer frame =
                ByteBuffer.allocate(FrameHeader.LENGTH_BYTES + payloadBytes)
                        .order(ByteOrder.LITTLE_ENDIAN);
        new FrameHeader().wrap(frame, 0).start(1, type, channel).value(value);
        return sealed(frame);
    }

    /**
     * Gives a frame its checksums.
     *
     * @param frame header and payload, all else filled in
     * @return the frame
     */
    public static ByteBuffer sealed(final ByteBuffer frame) {
        final int payloadBytes = frame.capacity() - FrameHeader.LENGTH_BYTES;
        final CRC32C crc = new CRC32C();
        crc.update(frame.array(), FrameHeader.LENGTH_BYTES, payloadBytes);
        new FrameHeader().wrap(frame, 0).payload(payloadBytes, (int) crc.getValue()).seal();
        return frame;
    }

    /**
     * Frames that a transport refuses, whatever stands above it.
     *
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
                header.start(1, HANDSHAKE[random.nextInt(HANDSHAKE.length)], 0);
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

    /**
     * A correct greeting.
     *
     * @param processId of the peer
     * @param segmentBytes that it takes
     * @return HELLO, to be changed at will
     */
    public static ByteBuffer hello(final UUID processId, final int segmentBytes) {
        final ByteBuffer bytes =
                ByteBuffer.allocate(FrameHeader.LENGTH_BYTES + Handshake.LENGTH_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        new Handshake(1, 1, segmentBytes, 100, 0, processId)
                .encode(bytes, FrameHeader.LENGTH_BYTES);
        new FrameHeader().wrap(bytes, 0).start(1, FrameType.HELLO, 0);
        return sealed(bytes);
    }

    private ByteBuffer good(final boolean data) {
        final byte[] payload = new byte[1 + random.nextInt(data ? segmentBytes : 4096)];
        random.nextBytes(payload);
        final ByteBuffer frame =
                ByteBuffer.allocate(FrameHeader.LENGTH_BYTES + payload.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        frame.put(FrameHeader.LENGTH_BYTES, payload);
        new FrameHeader()
                .wrap(frame, 0)
                .start(1, data ? FrameType.DATA : FrameType.EVENT, random.nextInt(10))
                .sequence(random.nextInt());
        return sealed(frame);
    }
}
