package io.geminid.shuffle.network;

import io.geminid.memory.Segment;
import io.geminid.shuffle.network.InboundChannel.Attachment;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.ChannelErrorCode;
import io.geminid.shuffle.wire.ErrorText;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.OpenChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * The channels of one connection whose gates are in this process: asks the peer for them, grants
 * credits, and hands what comes to the receivers, in order and never more than was granted.
 *
 * <p>Channels are numbered from 0 on in the order in which the peer is asked for them, and no
 * number is used twice.
 *
 * <p>Connection's thread only, except {@link #attach} and {@link #signal}.
 */
final class ConsumerSide {

    private final Connection connection;
    private final int firstSequence;
    private final Int2ObjectHashMap<Attachment> channels = new Int2ObjectHashMap<>();
    private final ReadyStack<Attachment> signals = new ReadyStack<>();
    private final ArrayDeque<Attachment> pending = new ArrayDeque<>();
    private final Consumer<Attachment> makePending = this::makePending;
    private final ByteBuffer scratch =
            ByteBuffer.allocate(OpenChannel.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int openedCount;

    /** Guards the three fields below. */
    private final Object lock = new Object();

    private List<Attachment> attached = new ArrayList<>();
    private int attachedCount;
    private boolean closed;

    /** Written under the lock. */
    private volatile boolean hasAttached;

    ConsumerSide(final Connection connection, final int firstSequence) {
        this.connection = connection;
        this.firstSequence = firstSequence;
    }

    /**
     * Takes a channel on. Any thread.
     *
     * @return false if the connection is closed; the channel is then where it was
     */
    boolean attach(final InboundChannel channel) {
        synchronized (lock) {
            if (closed) {
                return false;
            }
            attached.add(channel.attachTo(this));
            attachedCount++;
            hasAttached = true;
        }
        connection.wakeUp();
        return true;
    }

    /** The owner of the channel wants the producer to be told something. Any thread. */
    void signal(final Attachment attachment) {
        if (signals.push(attachment)) {
            connection.wakeUp();
        }
    }

    // What the link takes.

    boolean pull(final OutboundFrame frame) {
        if (hasAttached) {
            takeAttached().forEach(makePending);
        }
        signals.drain(makePending);
        for (Attachment next = pending.peek(); next != null; next = pending.peek()) {
            if (!next.gone && fill(next, frame)) {
                return true;
            }
            pending.remove();
            next.inPending = false;
        }
        return false;
    }

    private List<Attachment> takeAttached() {
        synchronized (lock) {
            final List<Attachment> taken = attached;
            attached = new ArrayList<>();
            hasAttached = false;
            return taken;
        }
    }

    private void makePending(final Attachment attachment) {
        if (!attachment.inPending && !attachment.gone) {
            attachment.inPending = true;
            pending.addLast(attachment);
        }
    }

    /** Fills in the next frame of a channel; false if there is none. */
    private boolean fill(final Attachment attachment, final OutboundFrame frame) {
        final InboundChannel channel = attachment.channel;
        if (attachment.id < 0) {
            return open(attachment, frame);
        }
        if (channel.marked(InboundChannel.RESUME)) {
            channel.unmark(InboundChannel.RESUME);
            attachment.grantHeld = false;
            attachment.granted = channel.grantedTotal();
            frame.set(FrameType.RESUME, attachment.id).value(attachment.granted);
        } else if ((attachment.grantHeld || channel.marked(InboundChannel.CREDIT))
                && takeGrant(attachment)) {
            frame.set(FrameType.CREDIT, attachment.id).value(attachment.granted);
        } else if (channel.marked(InboundChannel.PROCESSED)) {
            channel.unmark(InboundChannel.PROCESSED);
            frame.set(FrameType.RECORDS_PROCESSED, attachment.id);
        } else if (channel.marked(InboundChannel.CLOSE)) {
            frame.set(FrameType.CLOSE_CHANNEL, attachment.id);
            remove(attachment);
        } else {
            return false;
        }
        frame.sequence(attachment.expected - 1);
        return true;
    }

    /**
     * Returns whether to tell the producer of more. A grant is held while the producer has more
     * left than it would get: so a window of credits costs two messages and not one for each. What
     * is held is looked at with the next data, and a producer that has nothing left is told at
     * once. A total that is less belongs to a resume, whose mark is about to be set.
     */
    private static boolean takeGrant(final Attachment attachment) {
        // First the mark, then the total: a grant that comes later marks again.
        attachment.channel.unmark(InboundChannel.CREDIT);
        final long total = attachment.channel.grantedTotal();
        final long left = attachment.granted - attachment.received;
        attachment.grantHeld = total > attachment.granted && total - attachment.granted < left;
        if (attachment.grantHeld || total <= attachment.granted) {
            return false;
        }
        attachment.granted = total;
        return true;
    }

    private boolean open(final Attachment attachment, final OutboundFrame frame) {
        final InboundChannel channel = attachment.channel;
        if (channel.marked(InboundChannel.CLOSE)) {
            attachment.gone = true;
            return false;
        }
        if (channels.size() >= connection.peer().channelsMax()) {
            attachment.gone = true;
            channel.fail(
                    new TransportException(
                            Reason.LIMIT_REACHED,
                            channel + " channelsMax=" + connection.peer().channelsMax()));
            return false;
        }
        attachment.id = openedCount++;
        attachment.expected = firstSequence;
        attachment.granted = channel.initialCredit;
        channels.put(attachment.id, attachment);
        new OpenChannel(channel.partition, channel.subpartitions).encode(scratch, 0);
        frame.set(FrameType.OPEN_CHANNEL, attachment.id)
                .value(channel.initialCredit)
                .slice(scratch, 0, OpenChannel.LENGTH_BYTES);
        if (channel.grantedTotal() > channel.initialCredit) {
            channel.markTotal();
        }
        return true;
    }

    // What the peer sends.

    /** Checks a data frame; null if nobody wants it any more. */
    Segment segmentFor(final FrameHeader header) throws TransportException {
        final Attachment attachment = find(header);
        if (attachment == null) {
            return null;
        }
        if (attachment.received >= attachment.granted) {
            throw refusal(Reason.BAD_CREDIT, attachment, header);
        }
        checkSequence(attachment, header);
        attachment.received++;
        if (attachment.grantHeld) {
            makePending(attachment);
        }
        return attachment.channel.receiver.segmentForData();
    }

    void onData(final FrameHeader header, final Segment filled) {
        final Attachment attachment = channels.get(header.channel());
        if (attachment == null) {
            filled.close();
            return;
        }
        attachment.channel.receiver.onData(
                filled, header.payloadBytes(), header.sequence(), header.backlog());
    }

    void onControl(final FrameHeader header, final ByteBuffer payload) throws TransportException {
        final Attachment attachment = find(header);
        if (attachment == null) {
            return;
        }
        final ChannelReceiver receiver = attachment.channel.receiver;
        switch (header.type()) {
            case EVENT, PRIORITY_EVENT -> {
                checkSequence(attachment, header);
                final boolean priority = header.type() == FrameType.PRIORITY_EVENT;
                receiver.onEvent(payload, header.sequence(), priority);
            }
            case BACKLOG -> receiver.onBacklog(header.backlog());
            case CHANNEL_ERROR -> {
                final IOException error = error(attachment, header, payload);
                remove(attachment);
                attachment.channel.fail(error);
            }
            default -> throw refusal(Reason.BAD_TYPE, attachment, header);
        }
    }

    /** Null if the channel existed and is closed here: what still comes is late (INV K10). */
    private Attachment find(final FrameHeader header) throws TransportException {
        if (header.channel() >= openedCount) {
            throw refusal(Reason.BAD_CHANNEL, null, header);
        }
        return channels.get(header.channel());
    }

    private void checkSequence(final Attachment attachment, final FrameHeader header)
            throws TransportException {
        if (header.sequence() != attachment.expected) {
            throw refusal(Reason.BAD_SEQUENCE, attachment, header);
        }
        attachment.expected++;
    }

    private IOException error(
            final Attachment attachment, final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        final ChannelErrorCode code = ChannelErrorCode.of(header.value());
        if (code == null) {
            throw refusal(Reason.BAD_CONTENT, attachment, header);
        }
        final InboundChannel channel = attachment.channel;
        final String details =
                "subpartition="
                        + channel.subpartitions
                        + " producer="
                        + channel.producer
                        + " text=\""
                        + ErrorText.decode(payload)
                        + '"';
        return code == ChannelErrorCode.PARTITION_NOT_FOUND
                ? new PartitionNotFoundException(channel.partition, details)
                : new ChannelException(code, channel.partition, details);
    }

    private TransportException refusal(
            final Reason reason, final Attachment attachment, final FrameHeader header) {
        final String state =
                attachment == null
                        ? " channelsOpened=" + openedCount
                        : " expected="
                                + Integer.toUnsignedString(attachment.expected)
                                + " received="
                                + attachment.received
                                + " granted="
                                + attachment.granted;
        return new TransportException(
                reason, "peer=" + connection.peer().address() + state + " " + header);
    }

    private void remove(final Attachment attachment) {
        attachment.gone = true;
        channels.remove(attachment.id);
    }

    /**
     * The connection is closed: nothing comes or goes any more.
     *
     * @return all channels, also those that the peer was never asked for
     */
    List<InboundChannel> close() {
        final List<Attachment> left;
        synchronized (lock) {
            closed = true;
            left = attached;
            attached = new ArrayList<>();
        }
        for (final Attachment each : pending) {
            if (each.id < 0) {
                left.add(each);
            }
        }
        left.addAll(channels.values());
        pending.clear();
        channels.clear();
        left.removeIf(each -> each.gone);
        left.forEach(each -> each.gone = true);
        return left.stream().map(each -> each.channel).toList();
    }

    /** Channels attached since the start. Any thread. */
    int attachedCount() {
        synchronized (lock) {
            return attachedCount;
        }
    }

    /** Whether {@link #attach} would refuse. Any thread. */
    boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }
}
