package io.geminid.shuffle.network;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.transport.TransportException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The consumer's end of a channel: what is to be read, who reads it, and what its owner wants the
 * producer to be told. It lives longer than a connection that is refused as a duplicate: then it is
 * attached to another.
 *
 * <p>The owner's calls, by any thread, only leave marks and a total; the connection's thread turns
 * them into frames when the link has room, so a total that changes twice is sent once.
 */
final class InboundChannel implements RemoteChannel {

    static final int CREDIT = 1;
    static final int RESUME = 1 << 1;
    static final int PROCESSED = 1 << 2;
    static final int CLOSE = 1 << 3;

    final InetSocketAddress producer;
    final ResultPartitionId partition;
    final SubpartitionRange subpartitions;
    final int initialCredit;
    final ChannelReceiver receiver;

    /** Connections that refused the channel as duplicates; under the network's lock. */
    int attempts;

    private final AtomicInteger marks = new AtomicInteger();
    private final AtomicLong grantedTotal;
    private volatile Attachment attachment;

    InboundChannel(
            final InetSocketAddress producer,
            final ResultPartitionId partition,
            final SubpartitionRange subpartitions,
            final int initialCredit,
            final ChannelReceiver receiver) {
        if (initialCredit < 0) {
            throw new IllegalArgumentException("initialCredit=" + initialCredit);
        }
        this.producer = producer;
        this.partition = partition;
        this.subpartitions = subpartitions;
        this.initialCredit = initialCredit;
        this.receiver = receiver;
        this.grantedTotal = new AtomicLong(initialCredit);
    }

    /** A channel on one connection. Fields belong to the connection's thread. */
    static final class Attachment extends ReadyStack.Node<Attachment> {

        final InboundChannel channel;
        private final ConsumerSide side;

        /** Number on the connection; -1 until the producer was asked for it. */
        int id = -1;

        /** Number of the next frame, modulo 2^32. */
        int expected;

        /** Credits that the producer was told of. */
        long granted;

        /** Data frames that came. */
        long received;

        /** There is a grant that the producer was not told of, because it has enough left. */
        boolean grantHeld;

        /** Closed, or broken: nothing is delivered or sent any more. */
        boolean gone;

        boolean inPending;

        Attachment(final InboundChannel channel, final ConsumerSide side) {
            this.channel = channel;
            this.side = side;
        }
    }

    /** Makes the channel known to a connection. Called by the connection's side, any thread. */
    Attachment attachTo(final ConsumerSide side) {
        final Attachment attached = new Attachment(this, side);
        attachment = attached;
        return attached;
    }

    @Override
    public void grant(final long total) {
        grantedTotal.accumulateAndGet(total, Math::max);
        mark(CREDIT);
    }

    @Override
    public void resume(final long total) {
        grantedTotal.set(total);
        mark(RESUME);
    }

    @Override
    public void acknowledgeAllRecordsProcessed() {
        mark(PROCESSED);
    }

    @Override
    public void close() {
        mark(CLOSE);
    }

    private void mark(final int bit) {
        if ((marks.getAndUpdate(before -> before | bit) & bit) != 0) {
            return;
        }
        // Whoever attaches later looks at the marks afterwards, so one of the two sees the other.
        final Attachment attached = attachment;
        if (attached != null) {
            attached.side.signal(attached);
        }
    }

    boolean marked(final int bits) {
        return (marks.get() & bits) != 0;
    }

    void unmark(final int bits) {
        marks.getAndUpdate(before -> before & ~bits);
    }

    /** The producer does not know the total, but it was told of nothing else yet. */
    void markTotal() {
        marks.getAndUpdate(before -> before | CREDIT);
    }

    long grantedTotal() {
        return grantedTotal.get();
    }

    /** Nothing comes any more. Told to the receiver unless it has closed the channel. */
    void fail(final IOException cause) {
        if (!marked(CLOSE)) {
            receiver.onError(cause);
        }
    }

    TransportException asTransportException(final IOException cause) {
        return cause instanceof TransportException known
                ? known
                : new TransportException(
                        TransportException.Reason.LINK_LOST,
                        "producer=" + producer + " partition=" + partition + " " + cause,
                        cause);
    }

    @Override
    public String toString() {
        return "channel producer="
                + producer
                + " partition="
                + partition
                + " subpartition="
                + subpartitions;
    }
}
