package io.geminid.shuffle.wire;

/**
 * All that can be said about a header without knowing channels: done before its length is believed
 * and before memory is chosen for its payload (INV S-13).
 *
 * <p>Immutable; any thread.
 */
public final class FrameCheck {

    /** For the frames before the handshake is complete: any version, and nothing but handshakes. */
    public static final FrameCheck BEFORE_HANDSHAKE = new FrameCheck(WireVersion.NONE, 0, false);

    private static final int FLAGS_KNOWN = FrameHeader.FLAG_FINISHED;

    private final int version;
    private final int segmentBytes;
    private final boolean proofDue;

    private FrameCheck(final int version, final int segmentBytes, final boolean proofDue) {
        this.version = version;
        this.segmentBytes = segmentBytes;
        this.proofDue = proofDue;
    }

    /**
     * For the one frame that an acceptor waits for after its WELCOME, when there is a token.
     *
     * @param version agreed on
     * @return the check
     */
    public static FrameCheck beforeProof(final int version) {
        return new FrameCheck(version, 0, true);
    }

    /**
     * For the frames after the handshake.
     *
     * @param version agreed on
     * @param segmentBytes largest payload of a data frame that this process takes
     * @return the check
     */
    public static FrameCheck afterHandshake(final int version, final int segmentBytes) {
        if (version == WireVersion.NONE || segmentBytes < 1) {
            throw new IllegalArgumentException(
                    "version=" + version + " segmentBytes=" + segmentBytes);
        }
        return new FrameCheck(version, segmentBytes, false);
    }

    /**
     * Looks for a fault.
     *
     * @param header 40 bytes that came from a peer
     * @return the first fault found, or {@code null} if there is none; then {@link
     *     FrameHeader#type()} is known and {@link FrameHeader#payloadBytes()} is within its limits
     */
    public FrameFault faultOf(final FrameHeader header) {
        if (header.magic() != FrameHeader.MAGIC) {
            return FrameFault.MAGIC;
        }
        if (!header.isIntact()) {
            return FrameFault.CHECKSUM;
        }
        if (version != WireVersion.NONE && header.version() != version) {
            return FrameFault.VERSION;
        }
        final FrameType type = header.type();
        if (type == null || !allowed(type)) {
            return FrameFault.TYPE;
        }
        final int payloadBytes = header.payloadBytes();
        if (payloadBytes < 0 || payloadBytes > payloadBytesMax(type)) {
            return FrameFault.LENGTH;
        }
        final int channel = header.channel();
        if (channel < 0 || (channel > 0 && type.sender() == FrameType.Sender.TRANSPORT)) {
            return FrameFault.CHANNEL;
        }
        final boolean sane =
                header.backlog() >= 0
                        && (header.flags() & ~FLAGS_KNOWN) == 0
                        && header.reserved() == 0
                        && (payloadBytes > 0 || header.payloadCrc() == 0);
        return sane ? null : FrameFault.CONTENT;
    }

    private boolean allowed(final FrameType type) {
        return switch (type) {
            case GOODBYE -> true;
            case HELLO, WELCOME -> version == WireVersion.NONE;
            case PROOF -> proofDue;
            default -> version != WireVersion.NONE && !proofDue;
        };
    }

    private int payloadBytesMax(final FrameType type) {
        return type == FrameType.DATA ? segmentBytes : FrameHeader.CONTROL_BYTES_MAX;
    }
}
