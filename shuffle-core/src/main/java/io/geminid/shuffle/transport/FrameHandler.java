package io.geminid.shuffle.transport;

import io.geminid.memory.Segment;
import io.geminid.shuffle.wire.FrameHeader;
import java.nio.ByteBuffer;

/**
 * What stands above a connection: gives it frames to send and takes the frames that came. All
 * methods are called on the connection's thread and must not block.
 *
 * <p>Headers are flyweights over the transport's memory: valid only during the call.
 */
public interface FrameHandler {

    /**
     * Asked whenever the link can take another frame: after {@link Connection#wakeUp()}, after
     * frames completed, and again after each frame that was pulled.
     *
     * @param frame to be filled; already cleared, its {@link OutboundFrame#number()} set. Data of
     *     at most the peer's {@link PeerInfo#segmentBytes}; a frame that is not allowed closes the
     *     connection as a defect of this process
     * @param completedFrame the highest number of a frame that has left the link (acknowledged by
     *     the peer's transport for TCP, completed by the NIC for RDMA); 0 if none. A channel whose
     *     last frame has completed may send a partly filled segment; one with a frame under way had
     *     better collect. Frames of a producer complete soon; those of a consumer at the latest
     *     with the next frame of a producer, since nobody waits for them
     * @return false if there is nothing to send now; the frame is then not touched
     */
    boolean pull(OutboundFrame frame, long completedFrame);

    /**
     * A data frame has been announced by a header that passed every check that a transport can do
     * (magic, version, type, length within the segment, header checksum). Asks for memory; nothing
     * was allocated for the frame so far.
     *
     * @param header the frame's header
     * @return a segment that covers the payload, now the transport's until {@link #onData} or, if
     *     the connection breaks before, until the transport closes it; {@code null} if nobody wants
     *     the frame any more: its bytes are read and dropped, and {@link #onData} is not called
     * @throws TransportException if the frame is not allowed (unknown channel, no credit, wrong
     *     sequence number); the connection is then closed with this reason
     */
    Segment segmentFor(FrameHeader header) throws TransportException;

    /**
     * The payload of a data frame is complete and its checksum is right.
     *
     * @param header the frame's header
     * @param filled the payload from offset 0 on; now the handler's. Not necessarily the segment
     *     that {@link #segmentFor} gave: a NIC fills the segment at the head of its queue and keeps
     *     the other one in its place
     * @throws TransportException closes the connection
     */
    void onData(FrameHeader header, Segment filled) throws TransportException;

    /**
     * Any other frame of a channel arrived (events, credits, opening and closing of channels), and
     * its checksums are right.
     *
     * @param header the frame's header
     * @param payload at most {@link io.geminid.shuffle.wire.FrameHeader#CONTROL_BYTES_MAX} bytes
     *     from position to limit, little-endian; valid only during the call
     * @throws TransportException closes the connection
     */
    void onControl(FrameHeader header, ByteBuffer payload) throws TransportException;

    /**
     * The connection is closed and no other method will be called. All outbound frames have had
     * their completions.
     *
     * @param cause why
     */
    void onClosed(TransportException cause);
}
