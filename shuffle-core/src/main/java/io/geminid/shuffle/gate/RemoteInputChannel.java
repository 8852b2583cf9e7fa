package io.geminid.shuffle.gate;

import io.geminid.memory.Segment;
import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.DataBuffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.buffer.SegmentReferences;
import io.geminid.shuffle.credit.CreditLedger;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.event.EndOfData;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.EventCodec;
import io.geminid.shuffle.event.ShuffleEvent;
import io.geminid.shuffle.network.ChannelReceiver;
import io.geminid.shuffle.network.RemoteChannel;
import io.geminid.shuffle.network.RemoteChannels;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * A channel whose producer is in another process. The network fills segments that credits were
 * granted for and queues them here; the consumer takes them, and each one it is done with becomes a
 * credit again.
 *
 * <p>One lock guards queue and ledger. Under it nothing is called: segments go back, other channels
 * are served and the network is told after it was left (INV K7). What is told the network keeps its
 * order all the same, see {@link #tellNetwork}.
 *
 * <p>After {@link #close} every segment that still arrives or is still held goes back to the pool
 * as it comes (INV K11).
 */
final class RemoteInputChannel extends InputChannel implements ChannelReceiver {

    private final PipelinedInputGate gate;
    private final RemoteChannels network;
    private final ShuffleDescriptor producer;
    private final OpenRetry retry;
    private final Consumer<Segment> whenFree = this::recycle;
    private final Object lock = new Object();

    // Guarded by lock.
    private final CreditLedger ledger;
    private final ReceivedElements elements = new ReceivedElements();
    private RemoteChannel remote;
    private int openings;
    private int nextSequence;
    private boolean endOfData;
    private boolean ended;
    private IOException failure;
    private boolean closed;

    // What is to be told the network. Guarded by lock.
    private boolean grantPending;
    private boolean resumePending;
    private boolean telling;

    RemoteInputChannel(
            final PipelinedInputGate gate,
            final RemoteChannels network,
            final int index,
            final SubpartitionSource from,
            final Collection<Segment> exclusive) {
        super(index, from.descriptor().partition().id(), from.subpartitions());
        this.gate = gate;
        this.network = network;
        this.producer = from.descriptor();
        this.retry = gate.newRetry();
        this.ledger = new CreditLedger(exclusive);
    }

    @Override
    void open() {
        final int initialCredit;
        final int opening;
        synchronized (lock) {
            if (closed) {
                return;
            }
            remote = null;
            nextSequence = 0;
            initialCredit = ledger.reopen();
            opening = ++openings;
        }
        final RemoteChannel opened =
                network.open(producer.address(), partition(), subpartitions(), initialCredit, this);
        final boolean late;
        synchronized (lock) {
            late = closed;
            if (opening == openings) {
                remote = opened;
            }
        }
        if (late) {
            opened.close();
        } else {
            tellNetwork();
        }
    }

    // The network's side: the connection's thread.

    @Override
    public Segment segmentForData() {
        final IOException wrong;
        synchronized (lock) {
            if (isOver()) {
                return null;
            }
            final Segment segment = ledger.take();
            if (segment != null) {
                return segment;
            }
            wrong = new TransportException(Reason.BAD_CREDIT, "data without credit: " + ledger);
        }
        failed(wrong);
        return null;
    }

    @Override
    public void onData(
            final Segment filled, final int lengthBytes, final int sequence, final int backlog) {
        final boolean over;
        IOException wrong = null;
        synchronized (lock) {
            over = isOver();
            if (!over) {
                ledger.received(backlog);
                wrong = arrived(sequence, endOfData, "data");
                if (wrong == null) {
                    elements.addData(received(filled, lengthBytes));
                }
            }
        }
        if (over || wrong != null) {
            filled.close();
            failed(wrong);
        } else {
            gate.channelReady(this);
            requestIfWanted();
        }
    }

    private Buffer received(final Segment filled, final int lengthBytes) {
        return new DataBuffer(new SegmentReferences(filled, 1, whenFree), 0, lengthBytes, true);
    }

    @Override
    public void onEvent(final ByteBuffer bytes, final int sequence, final boolean priority) {
        final ShuffleEvent event;
        try {
            event = EventCodec.read(new RecordInput().wrap(bytes, bytes.position(), bytes.limit()));
        } catch (final RecordFormatException e) {
            failed(new TransportException(Reason.BAD_CONTENT, e.getMessage(), e));
            return;
        }
        final List<Segment> floatingBack = new ArrayList<>();
        final IOException wrong;
        boolean urgent = false;
        synchronized (lock) {
            if (isOver()) {
                return;
            }
            wrong = arrived(sequence, ended, "event");
            if (wrong == null) {
                urgent = take(new EventBuffer(event, priority), floatingBack);
            }
        }
        floatingBack.forEach(this::giveBack);
        if (wrong != null) {
            failed(wrong);
            return;
        }
        if (urgent) {
            gate.channelReadyWithPriority(this);
        }
        if (!priority) {
            gate.channelReady(this);
        }
    }

    private boolean take(final EventBuffer element, final Collection<Segment> floatingBack) {
        final ShuffleEvent event = element.event();
        final boolean urgent = elements.addEvent(element);
        endOfData |= event instanceof EndOfData || event instanceof EndOfPartition;
        ended |= event instanceof EndOfPartition;
        if (event.blocksUpstream()) {
            ledger.block(floatingBack);
            grantPending = false;
        }
        return urgent;
    }

    /** Checks the number of an element and whether it may come at all (INV K8, K9). */
    private IOException arrived(final int sequence, final boolean over, final String what) {
        if (sequence != nextSequence) {
            return new TransportException(
                    Reason.BAD_SEQUENCE,
                    what
                            + " sequence="
                            + Integer.toUnsignedString(sequence)
                            + " expected="
                            + Integer.toUnsignedString(nextSequence));
        }
        nextSequence++;
        return over ? new TransportException(Reason.BAD_CONTENT, what + " after its end") : null;
    }

    @Override
    public void onBacklog(final int backlog) {
        synchronized (lock) {
            ledger.backlog(backlog);
        }
        requestIfWanted();
    }

    @Override
    public void onError(final IOException cause) {
        final boolean nothingCame;
        synchronized (lock) {
            nothingCame = nextSequence == 0;
        }
        final boolean mayCome = nothingCame && cause instanceof PartitionNotFoundException;
        if (!mayCome || !retry.again(this::open)) {
            failed(cause);
        }
    }

    private void failed(final IOException cause) {
        synchronized (lock) {
            if (cause == null || isOver()) {
                return;
            }
            failure = cause;
        }
        gate.channelReady(this);
    }

    private boolean isOver() {
        return closed || failure != null;
    }

    // The consumer's side.

    @Override
    Found poll(final InputElement into) throws IOException {
        final Buffer next;
        final Found found;
        synchronized (lock) {
            if (failure != null) {
                throw failure;
            }
            next = elements.poll();
            found = foundBesides(next);
        }
        if (next instanceof EventBuffer event) {
            into.set(index(), event.event());
            if (event.event() instanceof EndOfPartition) {
                close();
            }
        } else if (next != null) {
            into.set(index(), next);
        }
        return found;
    }

    private Found foundBesides(final Buffer next) {
        if (next == null) {
            return Found.NOTHING;
        }
        if (elements.isAnyPriority()) {
            return Found.MORE_PRIORITY;
        }
        return elements.isAnyElement() ? Found.MORE : Found.LAST;
    }

    @Override
    Found pollPriority(final InputElement into) throws IOException {
        final EventBuffer next;
        final Found found;
        synchronized (lock) {
            if (failure != null) {
                throw failure;
            }
            next = elements.pollPriority();
            found = foundBesides(next);
        }
        if (next != null) {
            into.set(index(), next.event());
        }
        return found;
    }

    @Override
    List<Buffer> queuedBefore(final long checkpoint) {
        synchronized (lock) {
            return elements.dataBefore(checkpoint);
        }
    }

    @Override
    void overtake(final long checkpoint) {
        final boolean urgent;
        synchronized (lock) {
            urgent = !isOver() && elements.overtake(checkpoint);
        }
        if (urgent) {
            gate.channelReadyWithPriority(this);
        }
    }

    @Override
    void resumeConsumption() {
        synchronized (lock) {
            if (isOver()) {
                return;
            }
            ledger.resume();
            resumePending = true;
        }
        tellNetwork();
        requestIfWanted();
    }

    @Override
    void acknowledgeAllRecordsProcessed() {
        final RemoteChannel to;
        synchronized (lock) {
            to = closed ? null : remote;
        }
        if (to != null) {
            to.acknowledgeAllRecordsProcessed();
        }
    }

    @Override
    long openCredits() {
        synchronized (lock) {
            return closed || ledger.isBlocked() ? 0 : ledger.granted() - ledger.received();
        }
    }

    /** Lets a test begin near the wrap of sequence numbers. */
    void expectSequence(final int sequence) {
        synchronized (lock) {
            nextSequence = sequence;
        }
    }

    @Override
    int checkLedger() {
        synchronized (lock) {
            return closed ? 0 : ledger.check();
        }
    }

    @Override
    void close() {
        final List<Segment> free = new ArrayList<>();
        final List<Buffer> unread;
        final RemoteChannel to;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            ledger.close(free);
            unread = elements.clear();
            to = remote;
        }
        free.forEach(Segment::close);
        unread.forEach(Buffer::release);
        if (to != null) {
            to.close();
        }
    }

    // Segments and credits: any thread, without the lock.

    /** Nobody uses a received segment any more. */
    private void recycle(final Segment segment) {
        final boolean over;
        boolean kept = false;
        synchronized (lock) {
            over = closed;
            if (!over) {
                kept = ledger.recycle(segment);
                grantPending |= kept && !ledger.isBlocked();
            }
        }
        if (over) {
            segment.close();
        } else if (kept) {
            tellNetwork();
        } else {
            giveBack(segment);
        }
    }

    /** Hands on a floating segment, which comes back to this channel if nobody waits for it. */
    private void giveBack(final Segment segment) {
        if (!gate.floating().giveToWaiting(segment) && !addFloating(segment)) {
            segment.close();
        }
        requestIfWanted();
    }

    private void requestIfWanted() {
        if (wantsFloating()) {
            gate.floating().request(this);
        }
    }

    /** Whether another floating segment would be taken now. */
    boolean wantsFloating() {
        synchronized (lock) {
            return !isOver() && ledger.wanted() > 0;
        }
    }

    /**
     * Takes a floating segment and grants a credit for it.
     *
     * @return false if it is not wanted any more; it is then still the caller's
     */
    boolean addFloating(final Segment segment) {
        synchronized (lock) {
            if (isOver() || ledger.wanted() == 0) {
                return false;
            }
            ledger.addFloating(segment);
            grantPending = true;
        }
        tellNetwork();
        return true;
    }

    /**
     * Tells the network of grants and resumptions. One thread at a time does, for all others that
     * come meanwhile: so totals arrive in the order in which they became true, though the lock is
     * not held, and what became true meanwhile is told once.
     */
    private void tellNetwork() {
        while (true) {
            final RemoteChannel to;
            final boolean resume;
            final long total;
            synchronized (lock) {
                if (telling || remote == null || isOver() || !(grantPending || resumePending)) {
                    return;
                }
                telling = true;
                to = remote;
                resume = resumePending;
                total = ledger.granted();
                grantPending = false;
                resumePending = false;
            }
            if (resume) {
                to.resume(total);
            } else {
                to.grant(total);
            }
            synchronized (lock) {
                telling = false;
            }
        }
    }

    @Override
    public String toString() {
        return super.toString() + " producer=" + producer.address();
    }
}
