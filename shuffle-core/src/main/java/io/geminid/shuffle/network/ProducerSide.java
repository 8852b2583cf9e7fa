package io.geminid.shuffle.network;

import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.credit.SenderCredit;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.partition.PartitionProvider;
import io.geminid.shuffle.sortmerge.format.PartitionDamagedException;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.ChannelErrorCode;
import io.geminid.shuffle.wire.ErrorText;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.OpenChannel;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.agrona.collections.Int2ObjectHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channels of one connection whose partitions are in this process: serves their subpartitions
 * to the peer, as fast as credits and the link allow.
 *
 * <p>A channel that may have something is <em>ready</em>; ready channels take turns. One that has
 * only part of a segment while a frame of its own is under way is <em>corked</em>: it collects
 * until that frame completes. All others wait for a signal of their subpartition, or for credit.
 *
 * <p>The peer numbers its channels from 0 on and uses no number twice, so a number below the count
 * of channels opened means a channel that existed: what still comes for it after its end is late
 * and ignored (INV K10), and what comes for a higher one is refused.
 *
 * <p>Connection's thread only, except {@link #signal}.
 */
final class ProducerSide {

    private static final Logger LOG = LoggerFactory.getLogger(ProducerSide.class);

    private final Connection connection;
    private final PartitionProvider partitions;
    private final NetworkContext context;
    private final int segmentBytesMax;
    private final int firstSequence;
    private final Int2ObjectHashMap<OutboundChannel> channels = new Int2ObjectHashMap<>();
    private final ReadyStack<OutboundChannel> signals = new ReadyStack<>();
    private final ArrayDeque<OutboundChannel> notices = new ArrayDeque<>();
    private final ArrayDeque<OutboundChannel> urgent = new ArrayDeque<>();
    private final ArrayDeque<OutboundChannel> ready = new ArrayDeque<>();
    private final ArrayDeque<OutboundChannel> corked = new ArrayDeque<>();
    private final Consumer<OutboundChannel> onSignal = this::onSignal;
    private int openedCount;

    /** Channels that are gone and may still be in some list. */
    private int goneCount;

    ProducerSide(
            final Connection connection,
            final PartitionProvider partitions,
            final NetworkContext context,
            final int firstSequence) {
        this.connection = connection;
        this.firstSequence = firstSequence;
        this.partitions = partitions.forToken(connection.peer().tokenId());
        this.context = context;
        this.segmentBytesMax = connection.peer().segmentBytes();
    }

    /** Something happened to the channel's subpartition. Any thread, under locks too. */
    void signal(final OutboundChannel channel) {
        if (signals.push(channel)) {
            connection.wakeUp();
        }
    }

    // What the peer sends.

    void onControl(final FrameHeader header, final ByteBuffer payload) throws TransportException {
        if (header.type() == FrameType.OPEN_CHANNEL) {
            open(header, payload);
            return;
        }
        if (header.channel() >= openedCount) {
            throw refusal(Reason.BAD_CHANNEL, header);
        }
        if (header.payloadBytes() != 0) {
            throw refusal(Reason.BAD_LENGTH, header);
        }
        final OutboundChannel channel = channels.get(header.channel());
        if (channel == null) {
            return;
        }
        if (header.type() == FrameType.CLOSE_CHANNEL) {
            remove(channel);
        } else if (channel.errorDue == null) {
            onControl(channel, header);
        }
    }

    private void onControl(final OutboundChannel channel, final FrameHeader header)
            throws TransportException {
        switch (header.type()) {
            case CREDIT -> {
                channel.credit.grantTotal(header.value());
                makeReady(channel);
            }
            case RESUME -> {
                channel.credit.resumeTotal(header.value());
                channel.backlogTold = 0;
                channel.view.resumeConsumption();
                makeReady(channel);
            }
            case RECORDS_PROCESSED -> channel.view.acknowledgeAllRecordsProcessed();
            default -> throw refusal(Reason.BAD_TYPE, header);
        }
    }

    private void open(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        final OpenChannel open = OpenChannel.decode(payload);
        if (open == null) {
            throw refusal(Reason.BAD_CONTENT, header);
        }
        if (header.channel() != openedCount) {
            throw refusal(Reason.BAD_CHANNEL, header);
        }
        if (channels.size() >= context.channelsMax()) {
            throw refusal(Reason.LIMIT_REACHED, header);
        }
        final SenderCredit credit = new SenderCredit(0, context.creditWindowMax());
        credit.grantTotal(header.value());
        final OutboundChannel channel =
                new OutboundChannel(this, header.channel(), credit, header.value() == 0);
        channel.sequence = firstSequence;
        openedCount++;
        channels.put(channel.id, channel);
        try {
            channel.view = partitions.createView(open.partition(), open.subpartitions(), channel);
            makeReady(channel);
        } catch (final PartitionNotFoundException e) {
            fail(channel, ChannelErrorCode.PARTITION_NOT_FOUND, e.getMessage());
        } catch (final RuntimeException e) {
            LOG.error("cannot open partition={} for {}", open.partition(), connection.peer(), e);
            fail(channel, ChannelErrorCode.PARTITION_BROKEN, e.toString());
        }
    }

    private TransportException refusal(final Reason reason, final FrameHeader header) {
        return new TransportException(
                reason,
                "peer="
                        + connection.peer().address()
                        + " channelsOpened="
                        + openedCount
                        + " channelsOpen="
                        + channels.size()
                        + " "
                        + header);
    }

    // What the link takes.

    /** Fills in a notice: a backlog, or the end of a channel by an error. */
    boolean pullNotice(final OutboundFrame frame) {
        for (OutboundChannel next = notices.poll(); next != null; next = notices.poll()) {
            next.inNotices = false;
            if (next.gone) {
                continue;
            }
            if (next.errorDue != null) {
                final ByteBuffer text = ErrorText.encode(next.errorText);
                frame.set(FrameType.CHANNEL_ERROR, next.id)
                        .value(next.errorDue.code())
                        .slice(text, 0, text.capacity());
                remove(next);
                return true;
            }
            if (next.backlogDue > 0) {
                frame.set(FrameType.BACKLOG, next.id).backlog(next.backlogDue);
                next.backlogDue = 0;
                return true;
            }
        }
        return false;
    }

    /** Fills in an element: priority events first, then the channels in turn. */
    boolean pullElement(final OutboundFrame frame, final long completedFrame) {
        signals.drain(onSignal);
        for (OutboundChannel next = urgent.poll(); next != null; next = urgent.poll()) {
            next.inUrgent = false;
            if (!next.gone && poll(next, frame, completedFrame)) {
                makeReady(next);
                return true;
            }
        }
        uncork(completedFrame);
        for (OutboundChannel next = ready.poll(); next != null; next = ready.poll()) {
            next.inReady = false;
            if (!next.gone && poll(next, frame, completedFrame)) {
                makeReady(next);
                return true;
            }
        }
        return false;
    }

    private void onSignal(final OutboundChannel channel) {
        if (channel.gone || channel.errorDue != null) {
            return;
        }
        if (channel.takeUrgent() && !channel.inUrgent) {
            channel.inUrgent = true;
            urgent.addLast(channel);
        }
        makeReady(channel);
    }

    private void makeReady(final OutboundChannel channel) {
        if (!channel.inReady && !channel.finished) {
            channel.inReady = true;
            ready.addLast(channel);
        }
    }

    private void cork(final OutboundChannel channel) {
        if (!channel.inCorked) {
            channel.inCorked = true;
            corked.addLast(channel);
        }
    }

    /**
     * Looks at the oldest first and stops where one has to wait on: its frame was sent before the
     * others were corked or is about as old as theirs, so nobody waits much longer than needed.
     */
    private void uncork(final long completedFrame) {
        for (OutboundChannel next = corked.peek(); next != null; next = corked.peek()) {
            if (!next.gone && !next.corkless(completedFrame)) {
                return;
            }
            corked.remove();
            next.inCorked = false;
            if (!next.gone) {
                makeReady(next);
            }
        }
    }

    private boolean poll(
            final OutboundChannel channel, final OutboundFrame frame, final long completedFrame) {
        if (channel.finished || channel.errorDue != null) {
            return false;
        }
        final boolean corkless = channel.corkless(completedFrame);
        final Buffer buffer;
        try {
            buffer = channel.view.poll(channel.credit.available(), corkless);
        } catch (final RuntimeException e) {
            LOG.error("cannot read channel={} for {}", channel.id, connection.peer(), e);
            fail(channel, ChannelErrorCode.PARTITION_BROKEN, e.toString());
            return false;
        }
        if (buffer == null) {
            onNothing(channel, corkless);
            return false;
        }
        final boolean data = buffer.kind() == Buffer.Kind.DATA;
        final int bytesMax = data ? segmentBytesMax : FrameHeader.CONTROL_BYTES_MAX;
        if (buffer.length() > bytesMax) {
            final String text = "elementBytes=" + buffer.length() + " max=" + bytesMax;
            buffer.release();
            fail(channel, ChannelErrorCode.LIMIT_REACHED, text);
            return false;
        }
        if (data) {
            fillData(channel, frame, buffer);
        } else {
            fillEvent(channel, frame, buffer);
        }
        frame.sequence(channel.sequence++)
                .slice(buffer.memory(), buffer.offset(), buffer.length())
                .completion(buffer);
        channel.lastFrame = frame.number();
        return true;
    }

    private void fillData(
            final OutboundChannel channel, final OutboundFrame frame, final Buffer buffer) {
        channel.credit.use();
        final int backlog = channel.view.backlog();
        channel.backlogTold = backlog;
        frame.set(FrameType.DATA, channel.id)
                .backlog(backlog)
                .flags(buffer.finished() ? FrameHeader.FLAG_FINISHED : 0);
    }

    private static void fillEvent(
            final OutboundChannel channel, final OutboundFrame frame, final Buffer buffer) {
        final boolean priority = buffer.kind() == Buffer.Kind.PRIORITY_EVENT;
        frame.set(priority ? FrameType.PRIORITY_EVENT : FrameType.EVENT, channel.id);
        channel.finished =
                buffer instanceof EventBuffer event && event.event() instanceof EndOfPartition;
    }

    private void onNothing(final OutboundChannel channel, final boolean corkless) {
        if (channel.view.isReleased()) {
            final Throwable failure = channel.view.failure();
            if (failure == null) {
                fail(channel, ChannelErrorCode.PARTITION_NOT_FOUND, "released=true");
            } else {
                fail(
                        channel,
                        failure instanceof PartitionDamagedException
                                ? ChannelErrorCode.PARTITION_BROKEN
                                : ChannelErrorCode.PRODUCER_FAILED,
                        failure.toString());
            }
            return;
        }
        if (!corkless) {
            cork(channel);
        }
        if (channel.announces && !channel.credit.available() && channel.view.hasElements()) {
            // A part of a segment that waits counts as one, or it would wait for ever.
            final int backlog = Math.max(1, channel.view.backlog());
            if (backlog > channel.backlogTold) {
                channel.backlogTold = backlog;
                channel.backlogDue = backlog;
                addNotice(channel);
            }
        }
    }

    /** The channel keeps its place until the peer has been told, so that it counts as open. */
    private void fail(
            final OutboundChannel channel, final ChannelErrorCode code, final String text) {
        channel.errorDue = code;
        channel.errorText = text;
        addNotice(channel);
        if (channel.view != null) {
            channel.view.release();
        }
    }

    private void addNotice(final OutboundChannel channel) {
        if (!channel.inNotices) {
            channel.inNotices = true;
            notices.addLast(channel);
        }
    }

    private void remove(final OutboundChannel channel) {
        channel.gone = true;
        channels.remove(channel.id);
        if (channel.view != null) {
            channel.view.release();
        }
        // A peer that opens and closes but never reads must not fill the lists.
        if (++goneCount > context.channelsMax()) {
            goneCount = 0;
            notices.removeIf(each -> each.gone);
            urgent.removeIf(each -> each.gone);
            ready.removeIf(each -> each.gone);
            corked.removeIf(each -> each.gone);
        }
    }

    /** Entries in all lists, for tests. */
    int listed() {
        return notices.size() + urgent.size() + ready.size() + corked.size();
    }

    /** The connection is closed: all readers are gone. */
    void close() {
        for (final OutboundChannel channel : channels.values()) {
            channel.gone = true;
            if (channel.view != null) {
                channel.view.release();
            }
        }
        channels.clear();
    }
}
