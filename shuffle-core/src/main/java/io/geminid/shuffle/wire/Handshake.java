package io.geminid.shuffle.wire;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Payload of {@link FrameType#HELLO} and {@link FrameType#WELCOME}: what a process tells about
 * itself. Little-endian, 32 bytes and an extension.
 *
 * <pre>
 *   0       1       2       3       4       5       6       7
 *  +-------+-------+---------------+-------------------------------+
 *  |V. min |V. max |Extension bytes|         Segment bytes         |
 *  +-------+-------+---------------+-------------------------------+
 *  |         Channels max          |         Feature bits          |
 *  +-------------------------------+-------------------------------+
 *  |               Process id, more significant half               |
 *  +---------------------------------------------------------------+
 *  |               Process id, less significant half               |
 *  +---------------------------------------------------------------+
 *  |              Extension, 0 to 1024 bytes, any of               |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Who does not know what is in the extension reads over it. With {@link #FEATURE_PROVES} it is a
 * challenge of 32 bytes and, in a HELLO, the name of a token, 16 bytes; in a WELCOME, a proof of 32
 * bytes that its sender knows that token: HMAC-SHA256 over a label, the length of the HELLO's
 * payload, that payload, and the WELCOME's payload up to the proof. The connector's answer is
 * {@link FrameType#PROOF}.
 *
 * @param versionMin oldest version that the process speaks, 1 to 255
 * @param versionMax newest version that the process speaks, 1 to 255
 * @param segmentBytes largest payload of a data frame that it takes
 * @param channelsMax channels that it serves on one connection
 * @param features feature bits; unknown ones are ignored
 * @param processId identity of the process, new at each start
 */
public record Handshake(
        int versionMin,
        int versionMax,
        int segmentBytes,
        int channelsMax,
        int features,
        UUID processId) {

    /** Bytes without the extension. */
    public static final int LENGTH_BYTES = 32;

    /** Feature bit: the sender proves that it knows the token of the job, and wants the same. */
    public static final int FEATURE_PROVES = 1;

    /**
     * Feature bit: the sender puts its connections together from several. They are sessions if both
     * ends say so; otherwise the first frame after the handshake is already a channel's.
     */
    public static final int FEATURE_SESSIONS = 2;

    /** Largest extension that is read over. */
    public static final int EXTENSION_BYTES_MAX = 1024;

    private static final int VERSION_MIN_OFFSET = 0;
    private static final int VERSION_MAX_OFFSET = VERSION_MIN_OFFSET + Byte.BYTES;
    private static final int EXTENSION_BYTES_OFFSET = VERSION_MAX_OFFSET + Byte.BYTES;
    private static final int SEGMENT_BYTES_OFFSET = EXTENSION_BYTES_OFFSET + Short.BYTES;
    private static final int CHANNELS_MAX_OFFSET = SEGMENT_BYTES_OFFSET + Integer.BYTES;
    private static final int FEATURES_OFFSET = CHANNELS_MAX_OFFSET + Integer.BYTES;
    private static final int PROCESS_MORE_OFFSET = FEATURES_OFFSET + Integer.BYTES;
    private static final int PROCESS_LESS_OFFSET = PROCESS_MORE_OFFSET + Long.BYTES;

    static {
        assert PROCESS_LESS_OFFSET + Long.BYTES == LENGTH_BYTES;
        assert LENGTH_BYTES + EXTENSION_BYTES_MAX <= FrameHeader.CONTROL_BYTES_MAX;
    }

    /** Checks the numbers. */
    public Handshake {
        if (!isSane(versionMin, versionMax, segmentBytes, channelsMax) || processId == null) {
            throw new IllegalArgumentException(
                    text(versionMin, versionMax, segmentBytes, channelsMax));
        }
    }

    /**
     * Writes it, without an extension.
     *
     * @param target little-endian
     * @param offset where its first byte goes; {@link #LENGTH_BYTES} follow
     */
    public void encode(final ByteBuffer target, final int offset) {
        encode(target, offset, 0);
    }

    /**
     * Writes all but the extension.
     *
     * @param target little-endian
     * @param offset where its first byte goes; {@link #LENGTH_BYTES} and the extension follow
     * @param extensionBytes how long the extension is
     */
    public void encode(final ByteBuffer target, final int offset, final int extensionBytes) {
        target.put(offset + VERSION_MIN_OFFSET, (byte) versionMin);
        target.put(offset + VERSION_MAX_OFFSET, (byte) versionMax);
        target.putShort(offset + EXTENSION_BYTES_OFFSET, (short) extensionBytes);
        target.putInt(offset + SEGMENT_BYTES_OFFSET, segmentBytes);
        target.putInt(offset + CHANNELS_MAX_OFFSET, channelsMax);
        target.putInt(offset + FEATURES_OFFSET, features);
        target.putLong(offset + PROCESS_MORE_OFFSET, processId.getMostSignificantBits());
        target.putLong(offset + PROCESS_LESS_OFFSET, processId.getLeastSignificantBits());
    }

    /**
     * Reads what a peer sent.
     *
     * @param payload little-endian, from position to limit; not changed
     * @return what the peer told, or {@code null} if it makes no sense
     */
    public static Handshake decode(final ByteBuffer payload) {
        final int at = payload.position();
        if (payload.remaining() < LENGTH_BYTES) {
            return null;
        }
        final int extensionBytes = payload.getShort(at + EXTENSION_BYTES_OFFSET) & 0xFFFF;
        final int versionMin = payload.get(at + VERSION_MIN_OFFSET) & 0xFF;
        final int versionMax = payload.get(at + VERSION_MAX_OFFSET) & 0xFF;
        final int segmentBytes = payload.getInt(at + SEGMENT_BYTES_OFFSET);
        final int channelsMax = payload.getInt(at + CHANNELS_MAX_OFFSET);
        if (extensionBytes > EXTENSION_BYTES_MAX
                || payload.remaining() != LENGTH_BYTES + extensionBytes
                || !isSane(versionMin, versionMax, segmentBytes, channelsMax)) {
            return null;
        }
        return new Handshake(
                versionMin,
                versionMax,
                segmentBytes,
                channelsMax,
                payload.getInt(at + FEATURES_OFFSET),
                new UUID(
                        payload.getLong(at + PROCESS_MORE_OFFSET),
                        payload.getLong(at + PROCESS_LESS_OFFSET)));
    }

    /**
     * Whether the sender proves that it knows the token of the job.
     *
     * @return true if {@link #FEATURE_PROVES} is set
     */
    public boolean proves() {
        return (features & FEATURE_PROVES) != 0;
    }

    /**
     * The same, of a sender that has {@link #FEATURE_SESSIONS}.
     *
     * @return a changed copy
     */
    public Handshake withSessions() {
        return withFeatures(features | FEATURE_SESSIONS);
    }

    /**
     * Whether the sender puts its connections together from several.
     *
     * @return true if {@link #FEATURE_SESSIONS} is set
     */
    public boolean hasSessions() {
        return (features & FEATURE_SESSIONS) != 0;
    }

    /**
     * The same with other features.
     *
     * @param bits feature bits
     * @return a changed copy
     */
    public Handshake withFeatures(final int bits) {
        return new Handshake(versionMin, versionMax, segmentBytes, channelsMax, bits, processId);
    }

    private static boolean isSane(
            final int versionMin,
            final int versionMax,
            final int segmentBytes,
            final int channelsMax) {
        return versionMin >= 1
                && versionMax >= versionMin
                && versionMax <= 0xFF
                && segmentBytes >= 1
                && channelsMax >= 1;
    }

    private static String text(
            final int versionMin,
            final int versionMax,
            final int segmentBytes,
            final int channelsMax) {
        return "versions="
                + versionMin
                + ".."
                + versionMax
                + " segmentBytes="
                + segmentBytes
                + " channelsMax="
                + channelsMax;
    }

    @Override
    public String toString() {
        return text(versionMin, versionMax, segmentBytes, channelsMax) + " processId=" + processId;
    }
}
