package io.geminid.shuffle.rdma.queue;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.shuffle.transport.FrameEncoder;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.SendCompletion;
import io.geminid.shuffle.transport.link.HeaderRing;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.verbs.QueuePair;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.work.SendList;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;

/**
 * The sends of one connection: a frame is one message, its header from the connection's own memory,
 * its data from where it is. Messages are numbered from 1 on and complete in order.
 *
 * <p>A message may be sent if the peer has a receive for it ({@link #taken}), the queue a place,
 * and the ring room for its header: each of them is counted, so neither a receive nor a completion
 * slot is ever missing. The last credit is kept for the message that tells the peer of new ones.
 *
 * <p>Only every {@link #SIGNAL_EVERY}th message asks for a completion, and the last one of a post.
 * Data completes, which gives its memory back, with the completion of its message or of a later
 * one, or when the queue pair is gone.
 *
 * <p>Memory that the NIC cannot reach is copied to segments of the queue's own, and counted.
 *
 * <p>Used by the connection's thread; allocates nothing for a message.
 */
public final class SendQueue {

    /** Receives that a peer may post at a time. */
    public static final int MESSAGES_MAX = 1024;

    /** Messages after which a completion is asked for, at the latest. */
    static final int SIGNAL_EVERY = 16;

    /** Segments to copy unreachable data to: one to fill while another is sent. */
    static final int COPIES = 2;

    /** Credits that only {@link #hasRoomForLast} counts. */
    private static final int RESERVED_CREDITS = 1;

    private static final SegmentOwner COPY = SegmentOwner.named("rdma-send-copy");
    private static final int FRAME_BYTES_MAX =
            FrameHeader.LENGTH_BYTES + FrameHeader.CONTROL_BYTES_MAX;

    private final int connection;
    private final LinkMemory link;
    private final RegisteredMemory registered;
    private final HeaderRing ring = new HeaderRing(LinkMemory.RING_BYTES);
    private final ByteBuffer ringMemory;
    private final SendList list;
    private final int inlineBytesMax;
    private final int mask;
    private final int depth;

    // What goes with a message, by its number.
    private final SendCompletion[] completions;
    private final Segment[] copies;
    private final int[] ringOffsets;
    private final int[] ringLengths;
    private final long[] frames;

    private final Segment[] freeCopies = new Segment[COPIES];
    private int freeCopyCount;
    private long written;
    private long posted;
    private long completed;
    private long taken;
    private int peerReceives;
    private int unsignaled;
    private boolean failed;
    private long copiedBytes;

    /**
     * @param connection its number
     * @param link where headers are written
     * @param registered knows the keys of data
     * @param depth messages posted and not completed, at most
     * @param inlineBytesMax messages up to this long are taken at the post
     */
    public SendQueue(
            final int connection,
            final LinkMemory link,
            final RegisteredMemory registered,
            final int depth,
            final int inlineBytesMax) {
        this.connection = connection;
        this.link = link;
        this.registered = registered;
        this.depth = depth;
        this.inlineBytesMax = inlineBytesMax;
        this.list = new SendList(depth, OutboundFrame.SLICES_MAX + 1);
        this.ringMemory = link.memory();
        // Frame numbers are needed until the peer has taken the message, which its receives bound.
        final int slots = Integer.highestOneBit(Math.max(depth, MESSAGES_MAX)) << 1;
        this.mask = slots - 1;
        this.completions = new SendCompletion[slots];
        this.copies = new Segment[slots];
        this.ringOffsets = new int[slots];
        this.ringLengths = new int[slots];
        this.frames = new long[slots];
    }

    /**
     * Takes the segments for unreachable data.
     *
     * @param pool where segments come from
     * @return false if there are too few; then {@link #release}
     */
    public boolean fill(final LocalSegmentPool pool) {
        while (freeCopyCount < COPIES) {
            final Segment segment = registered.take(pool, COPY);
            if (segment == null) {
                return false;
            }
            freeCopies[freeCopyCount++] = segment;
        }
        return true;
    }

    /**
     * The peer is there.
     *
     * @param receives that it has posted; at most {@link #MESSAGES_MAX}
     */
    public void open(final int receives) {
        peerReceives = receives;
    }

    /**
     * The peer has taken messages.
     *
     * @param count how many since the last call
     * @return false if so many were not sent
     */
    public boolean taken(final int count) {
        if (count < 0 || count > posted - taken) {
            return false;
        }
        taken += count;
        return true;
    }

    /**
     * The last frame of the handler in the messages that the peer has taken.
     *
     * @return its number; 0 if none
     */
    public long takenFrame() {
        return taken == 0 ? 0 : frames[(int) (taken & mask)];
    }

    /**
     * Whether a frame of any kind can be sent.
     *
     * @return true if {@link #write} may be called
     */
    public boolean hasRoom() {
        return hasRoom(RESERVED_CREDITS) && freeCopyCount > 0;
    }

    /**
     * Whether a frame without data can be sent after which the peer will send some news.
     *
     * @return true if {@link #write} may be called with such a frame
     */
    public boolean hasRoomForLast() {
        return hasRoom(0);
    }

    private boolean hasRoom(final int creditsLeft) {
        return !failed
                && taken + peerReceives - written > creditsLeft
                && written - completed < depth
                && ring.hasRoom(FRAME_BYTES_MAX);
    }

    /**
     * Adds a frame to what is posted next.
     *
     * @param frame filled in; if it is data, its completion is now the queue's
     * @param encoder writes its header
     * @param immediate goes beside the message
     * @param lastFrame number of the handler's last frame, this one included
     */
    public void write(
            final OutboundFrame frame,
            final FrameEncoder encoder,
            final int immediate,
            final long lastFrame) {
        final boolean data = frame.type() == FrameType.DATA;
        final int at = ring.position(FRAME_BYTES_MAX);
        final int offset = link.ring() + at;
        encoder.encodeHeader(frame, ringMemory, offset);
        int lengthBytes = FrameHeader.LENGTH_BYTES;
        if (!data) {
            FrameEncoder.copyPayload(frame, ringMemory, offset + lengthBytes);
            lengthBytes += frame.payloadBytes();
        }
        ring.take(lengthBytes);
        written++;
        final int slot = (int) (written & mask);
        ringOffsets[slot] = at;
        ringLengths[slot] = lengthBytes;
        frames[slot] = lastFrame;
        completions[slot] = data ? frame.completion() : null;
        final int messageBytes = FrameHeader.LENGTH_BYTES + frame.payloadBytes();
        final boolean inline = messageBytes <= inlineBytesMax;
        final boolean signaled = ++unsignaled >= SIGNAL_EVERY;
        unsignaled = signaled ? 0 : unsignaled;
        list.sendWithImmediate(
                WorkId.send(connection, written),
                (inline ? SendList.INLINE : 0) | (signaled ? SendList.SIGNALED : 0),
                immediate);
        list.slice(link.address(offset), lengthBytes, link.key());
        if (data && (inline || reachable(frame))) {
            addSlices(frame);
        } else if (data && frame.payloadBytes() > 0) {
            addCopy(frame, slot);
        }
    }

    private boolean reachable(final OutboundFrame frame) {
        for (int i = 0; i < frame.sliceCount(); i++) {
            if (keyOf(frame, i) == RegisteredMemory.NOT_REGISTERED) {
                return false;
            }
        }
        return true;
    }

    private long keyOf(final OutboundFrame frame, final int slice) {
        return registered.keyOf(addressOf(frame, slice), frame.sliceLength(slice));
    }

    private static long addressOf(final OutboundFrame frame, final int slice) {
        return BufferUtil.address(frame.sliceMemory(slice)) + frame.sliceOffset(slice);
    }

    private void addSlices(final OutboundFrame frame) {
        for (int i = 0; i < frame.sliceCount(); i++) {
            if (frame.sliceLength(i) > 0) {
                list.slice(addressOf(frame, i), frame.sliceLength(i), (int) keyOf(frame, i));
            }
        }
    }

    private void addCopy(final OutboundFrame frame, final int slot) {
        final Segment copy = freeCopies[--freeCopyCount];
        freeCopies[freeCopyCount] = null;
        copies[slot] = copy;
        int at = 0;
        for (int i = 0; i < frame.sliceCount(); i++) {
            final int lengthBytes = frame.sliceLength(i);
            copy.buffer().put(at, frame.sliceMemory(i), frame.sliceOffset(i), lengthBytes);
            at += lengthBytes;
        }
        copiedBytes += at;
        list.slice(copy.address(), at, (int) registered.keyOf(copy.address(), at));
    }

    /**
     * Whether frames were written that are not posted.
     *
     * @return true if {@link #post} has something to do
     */
    public boolean hasWritten() {
        return list.size() > 0;
    }

    /**
     * Gives the NIC all that was written, with one notice.
     *
     * @param queuePair of the connection
     * @throws VerbsException if the device refuses; what it did not accept completes with {@link
     *     #queuePairClosed}
     */
    public void post(final QueuePair queuePair) throws VerbsException {
        if (list.size() == 0) {
            return;
        }
        if (unsignaled > 0) {
            list.signaled();
            unsignaled = 0;
        }
        final int wanted = list.size();
        int accepted = 0;
        try {
            accepted = queuePair.postSends(list, 0);
        } catch (final VerbsException e) {
            accepted = e.accepted();
            throw e;
        } finally {
            posted += accepted;
            failed |= accepted < wanted;
            list.clear();
        }
        if (accepted < wanted) {
            throw new IllegalStateException(
                    "send queue is full: connection="
                            + connection
                            + " left="
                            + (wanted - accepted));
        }
    }

    /**
     * The NIC is done with a message and all before it.
     *
     * @param index of the completion
     */
    public void completed(final int index) {
        final long message = WorkId.message(index, posted);
        if (message <= completed) {
            throw new IllegalStateException(
                    "completed twice: connection="
                            + connection
                            + " message="
                            + message
                            + " completed="
                            + completed);
        }
        completeTo(message);
    }

    private void completeTo(final long message) {
        while (completed < message) {
            completed++;
            final int slot = (int) (completed & mask);
            ring.free(ringOffsets[slot], ringLengths[slot]);
            final Segment copy = copies[slot];
            if (copy != null) {
                copies[slot] = null;
                freeCopies[freeCopyCount++] = copy;
            }
            final SendCompletion completion = completions[slot];
            if (completion != null) {
                completions[slot] = null;
                completion.onCompletion();
            }
        }
    }

    /**
     * Messages that the NIC has.
     *
     * @return posted and not completed
     */
    public int postedCount() {
        return (int) (posted - completed);
    }

    /**
     * Messages that were written.
     *
     * @return the number of the last one
     */
    public long written() {
        return written;
    }

    /**
     * Messages that the NIC is done with.
     *
     * @return the number of the last one
     */
    public long completed() {
        return completed;
    }

    /**
     * Payload that had to be copied because the NIC cannot reach it.
     *
     * @return bytes
     */
    public long copiedBytes() {
        return copiedBytes;
    }

    /** The queue pair is gone: whatever it had, and what was never posted, is back. */
    public void queuePairClosed() {
        failed = true;
        list.clear();
        posted = written;
        completeTo(written);
    }

    /** Gives all segments back to their pool. */
    public void release() {
        if (written > completed) {
            throw new IllegalStateException(
                    "connection=" + connection + " messages=" + (written - completed));
        }
        while (freeCopyCount > 0) {
            freeCopies[--freeCopyCount].close();
            freeCopies[freeCopyCount] = null;
        }
    }
}
