package io.geminid.shuffle.rdma.queue;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.verbs.QueuePair;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.work.ReceiveList;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The receives of one connection. Each is a header of the connection's own memory and a segment
 * behind it, so that a payload lands in a segment without a copy. All segments are alike: the one
 * that was filled is handed on, and the one that the handler had reserved takes its place.
 *
 * <table>
 * <caption>Who owns a slot's segment</caption>
 * <tr><th>from</th><th>to</th><th>by</th></tr>
 * <tr><td>agent</td><td>NIC</td><td>{@link #post}, for as many as the device accepts</td></tr>
 * <tr><td>NIC</td><td>agent</td><td>{@link #completed}, whatever the status</td></tr>
 * <tr><td>NIC</td><td>agent</td><td>{@link #queuePairClosed}, for what never completed</td></tr>
 * <tr><td>agent</td><td>handler</td><td>{@link #handOver}, another segment in its place</td></tr>
 * <tr><td>agent</td><td>pool</td><td>{@link #release}, once the NIC has none</td></tr>
 * </table>
 *
 * <p>Used by the connection's thread.
 */
public final class ReceiveQueue {

    static final SegmentOwner AGENT = SegmentOwner.named("rdma-receive");
    static final SegmentOwner NIC = SegmentOwner.named("rdma-posted");

    private final int connection;
    private final LinkMemory link;
    private final RegisteredMemory registered;
    private final Segment[] segments;
    private final boolean[] posted;
    private final ReceiveList list;
    private final int[] listed;
    private int listedCount;
    private int postedCount;
    private long postedTotal;
    private long copiedBytes;

    /**
     * @param connection its number
     * @param link where headers land
     * @param registered knows the keys of segments
     * @param depth receives posted at a time
     */
    public ReceiveQueue(
            final int connection,
            final LinkMemory link,
            final RegisteredMemory registered,
            final int depth) {
        this.connection = connection;
        this.link = link;
        this.registered = registered;
        this.segments = new Segment[depth];
        this.posted = new boolean[depth];
        this.list = new ReceiveList(depth, 2);
        this.listed = new int[depth];
    }

    /**
     * Takes a segment for each receive and lists all to be posted.
     *
     * @param pool where segments come from
     * @return false if there are too few that the NIC can reach; then {@link #release}
     */
    public boolean fill(final LocalSegmentPool pool) {
        for (int slot = 0; slot < segments.length; slot++) {
            segments[slot] = registered.take(pool, AGENT);
            if (segments[slot] == null) {
                return false;
            }
            list(slot);
        }
        return true;
    }

    /** Lists a slot whose message is dealt with, to be posted again. */
    public void list(final int slot) {
        assert !posted[slot] : slot;
        listed[listedCount++] = slot;
    }

    /**
     * Gives the listed slots to the NIC.
     *
     * @param queuePair of the connection
     * @throws VerbsException if the device refuses; what it did not accept stays listed
     */
    public void post(final QueuePair queuePair) throws VerbsException {
        if (listedCount == 0) {
            return;
        }
        list.clear();
        for (int i = 0; i < listedCount; i++) {
            final int slot = listed[i];
            final Segment segment = segments[slot];
            segment.owner(NIC);
            list.receive(WorkId.receive(connection, slot))
                    .slice(link.address(link.header(slot)), FrameHeader.LENGTH_BYTES, link.key())
                    .slice(
                            segment.address(),
                            segment.capacity(),
                            (int) registered.keyOf(segment.address(), segment.capacity()));
        }
        int accepted = 0;
        try {
            accepted = queuePair.postReceives(list, 0);
        } catch (final VerbsException e) {
            accepted = e.accepted();
            throw e;
        } finally {
            accepted(accepted);
        }
        if (listedCount > 0) {
            throw new IllegalStateException(
                    "receive queue is full: connection=" + connection + " left=" + listedCount);
        }
    }

    private void accepted(final int count) {
        for (int i = 0; i < count; i++) {
            posted[listed[i]] = true;
        }
        for (int i = count; i < listedCount; i++) {
            segments[listed[i]].owner(AGENT);
        }
        System.arraycopy(listed, count, listed, 0, listedCount - count);
        listedCount -= count;
        postedCount += count;
        postedTotal += count;
    }

    /**
     * The NIC has given a slot back.
     *
     * @param slot of the completion
     */
    public void completed(final int slot) {
        if (!posted[slot]) {
            throw new IllegalStateException(
                    "completed twice: connection=" + connection + " slot=" + slot);
        }
        posted[slot] = false;
        postedCount--;
        segments[slot].owner(AGENT);
    }

    /**
     * Memory in which the headers are, see {@link #headerOffset}.
     *
     * @return little-endian
     */
    public ByteBuffer headers() {
        return link.memory();
    }

    /**
     * Where the header of a slot is.
     *
     * @param slot not posted
     * @return offset in {@link #headers}
     */
    public int headerOffset(final int slot) {
        return link.header(slot);
    }

    /**
     * The payload of a slot. Allocates nothing.
     *
     * @param slot not posted
     * @param lengthBytes of the payload
     * @return from position to limit, little-endian; shared, valid until the next call
     */
    public ByteBuffer payload(final int slot, final int lengthBytes) {
        assert !posted[slot] : slot;
        return segments[slot].buffer().limit(lengthBytes);
    }

    /**
     * Hands over the payload of a slot.
     *
     * @param slot not posted
     * @param lengthBytes of the payload
     * @param given what the handler had reserved for it; now the queue's, or returned filled
     * @return a segment with the payload, the caller's
     */
    public Segment handOver(final int slot, final int lengthBytes, final Segment given) {
        assert !posted[slot] : slot;
        final Segment filled = segments[slot];
        if (filled.isOfSamePool(given) && registered.covers(given)) {
            filled.exchangeLoan(given);
            segments[slot] = given;
            return filled;
        }
        filled.copyTo(0, given, 0, lengthBytes);
        copiedBytes += lengthBytes;
        return given;
    }

    /**
     * Slots that the NIC has.
     *
     * @return 0 to the depth
     */
    public int postedCount() {
        return postedCount;
    }

    /**
     * Slots ever given to the NIC, which is how many messages the peer may have sent.
     *
     * @return the depth or more
     */
    public long postedTotal() {
        return postedTotal;
    }

    /**
     * Receives posted at a time.
     *
     * @return the number of slots
     */
    public int depth() {
        return segments.length;
    }

    /**
     * Payload that had to be copied because the handler's segment was of another pool, or not
     * registered.
     *
     * @return bytes
     */
    public long copiedBytes() {
        return copiedBytes;
    }

    /** The queue pair is gone: what it had is back without a completion. */
    public void queuePairClosed() {
        Arrays.fill(posted, false);
        postedCount = 0;
    }

    /** Gives all segments back to their pool. */
    public void release() {
        if (postedCount > 0) {
            throw new IllegalStateException(
                    "connection=" + connection + " postedReceives=" + postedCount);
        }
        listedCount = 0;
        for (int slot = 0; slot < segments.length; slot++) {
            if (segments[slot] != null) {
                segments[slot].close();
                segments[slot] = null;
            }
        }
    }
}
