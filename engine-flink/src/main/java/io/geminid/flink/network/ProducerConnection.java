package io.geminid.flink.network;

import io.geminid.memory.Segment;
import io.geminid.shuffle.credit.SenderCredit;
import io.geminid.shuffle.network.NetworkContext;
import io.geminid.shuffle.network.ReadyStack;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.ChannelErrorCode;
import io.geminid.shuffle.wire.ErrorText;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.agrona.collections.Int2ObjectHashMap;
import org.apache.flink.runtime.io.network.partition.PartitionNotFoundException;
import org.apache.flink.runtime.io.network.partition.ResultSubpartitionView.AvailabilityWithBacklog;
import org.apache.flink.runtime.io.network.partition.consumer.InputChannel.BufferAndAvailability;
import org.apache.flink.util.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves partitions of this process to one other process: a connection that the other opened.
 *
 * <p>The rules are Flink's: an event needs no credit, a data buffer one; channels that have
 * something take turns; a channel of a gate without buffers of its own announces what waits.
 * Differently from Flink's own, a channel that cannot be served ends alone and not with its
 * connection, and what still comes for a channel that is gone is ignored (INV K10).
 *
 * <p>Connection's thread only, except {@link #signal}.
 */
final class ProducerConnection implements FrameHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProducerConnection.class);

    private final Connection connection;
    private final NetworkScope scope;
    private final BufferFrames frames;
    private final Int2ObjectHashMap<ProducedChannel> channels = new Int2ObjectHashMap<>();
    private final ReadyStack<ProducedChannel> signals = new ReadyStack<>();
    private final ArrayDeque<ProducedChannel> notices = new ArrayDeque<>();
    private final ArrayDeque<ProducedChannel> available = new ArrayDeque<>();
    private final Consumer<ProducedChannel> onSignal = this::onSignal;
    private int openedCount;

    ProducerConnection(final Connection connection, final NetworkScope scope) {
        this.connection = connection;
        this.scope = scope;
        this.frames = new BufferFrames(scope.memory(), scope.counters());
    }

    /** Something happened to the channel's partition. Any thread, under locks too. */
    void signal(final ProducedChannel channel) {
        if (signals.push(channel)) {
            connection.wakeUp();
        }
    }

    // What the peer wants.

    @Override
    public void onControl(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        if (header.type().sender() != FrameType.Sender.CONSUMER) {
            throw refusal(Reason.BAD_TYPE, header);
        }
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
        final ProducedChannel channel = channels.get(header.channel());
        if (channel == null) {
            return;
        }
        if (header.type() == FrameType.CLOSE_CHANNEL) {
            remove(channel);
        } else if (channel.errorDue == null) {
            onControl(channel, header);
        }
    }

    private void onControl(final ProducedChannel channel, final FrameHeader header)
            throws TransportException {
        final boolean hasView = channel.view() != null;
        switch (header.type()) {
            case CREDIT -> {
                channel.credit.grantTotal(header.value());
                offer(channel);
            }
            case RESUME -> {
                channel.credit.resumeTotal(header.value());
                if (hasView) {
                    channel.resumeConsumption();
                    offer(channel);
                }
            }
            case RECORDS_PROCESSED -> {
                if (hasView) {
                    channel.acknowledgeAllRecordsProcessed();
                }
            }
            case BUFFER_SIZE -> {
                // A gate tells all its producers, also those that have not begun.
                if (hasView) {
                    channel.notifyNewBufferSize((int) header.value());
                }
            }
            case SEGMENT_WANTED -> {
                if (hasView) {
                    channel.notifyRequiredSegmentId(
                            (int) (header.value() >>> Integer.SIZE), (int) header.value());
                }
            }
            default -> throw refusal(Reason.BAD_TYPE, header);
        }
    }

    private void open(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        final PartitionRequest request = PartitionRequest.decode(payload);
        if (request == null) {
            throw refusal(Reason.BAD_CONTENT, header);
        }
        if (header.channel() != openedCount) {
            throw refusal(Reason.BAD_CHANNEL, header);
        }
        if (channels.size() >= NetworkContext.CHANNELS_MAX) {
            throw refusal(Reason.LIMIT_REACHED, header);
        }
        final SenderCredit credit = new SenderCredit(0, NetworkContext.CREDIT_WINDOW_MAX);
        credit.grantTotal(header.value());
        final ProducedChannel channel =
                new ProducedChannel(this, header.channel(), credit, header.value() == 0);
        openedCount++;
        channels.put(channel.id, channel);
        if (!scope.protocol().equals(request.protocol())) {
            fail(
                    channel,
                    ChannelErrorCode.LIMIT_REACHED,
                    "versions differ: here=\""
                            + scope.protocol()
                            + "\" there=\""
                            + request.protocol()
                            + "\": all TaskManagers need the same versions of Flink and Geminid");
            return;
        }
        try {
            channel.requestSubpartitionViewOrRegisterListener(
                    scope.partitions(), request.partition(), request.subpartitions());
        } catch (final IOException | RuntimeException e) {
            fail(channel, e);
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

    @Override
    public boolean pull(final OutboundFrame frame, final long completedFrame) {
        if (!frames.underWay()) {
            signals.drain(onSignal);
            if (pullNotice(frame)) {
                return true;
            }
            if (!begin()) {
                // Reading may have found a channel broken.
                return pullNotice(frame);
            }
        }
        frames.fill(frame);
        return true;
    }

    /** Fills in a backlog, or the end of a channel by an error. */
    private boolean pullNotice(final OutboundFrame frame) {
        for (ProducedChannel next = notices.poll(); next != null; next = notices.poll()) {
            next.inNotices = false;
            if (next.gone) {
                continue;
            }
            if (next.errorDue != null) {
                scope.counters().channelsRefused.increment();
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

    /** Takes the next buffer of the channels in turn; false if no channel has one. */
    private boolean begin() {
        for (ProducedChannel next = available.poll(); next != null; next = available.poll()) {
            next.setRegisteredAsAvailable(false);
            if (!next.gone && next.errorDue == null && begin(next)) {
                return true;
            }
        }
        return false;
    }

    private boolean begin(final ProducedChannel channel) {
        try {
            final int subpartition = channel.peekNextBufferSubpartitionId();
            final BufferAndAvailability next = channel.getNextBuffer();
            if (next == null) {
                if (channel.isReleased() && channel.getFailureCause() != null) {
                    fail(channel, channel.getFailureCause());
                }
                return false;
            }
            if (next.moreAvailable()) {
                register(channel);
            }
            frames.begin(next, channel.id, subpartition);
            return true;
        } catch (final IOException | RuntimeException e) {
            fail(channel, e);
            return false;
        }
    }

    private void onSignal(final ProducedChannel channel) {
        if (channel.gone || channel.errorDue != null) {
            return;
        }
        if (channel.timedOut() && channel.view() == null) {
            fail(channel, ChannelErrorCode.PARTITION_NOT_FOUND, "the partition did not come");
        } else {
            offer(channel);
        }
    }

    /** Gives a channel its turn if it has something that it may send. */
    private void offer(final ProducedChannel channel) {
        if (channel.isRegisteredAsAvailable() || channel.view() == null) {
            return;
        }
        final AvailabilityWithBacklog availability;
        try {
            availability = channel.getAvailabilityAndBacklog();
        } catch (final RuntimeException e) {
            fail(channel, e);
            return;
        }
        if (availability.isAvailable()) {
            register(channel);
        } else if (availability.getBacklog() > 0 && channel.needAnnounceBacklog()) {
            channel.backlogDue = availability.getBacklog();
            addNotice(channel);
        }
    }

    private void register(final ProducedChannel channel) {
        channel.setRegisteredAsAvailable(true);
        available.addLast(channel);
    }

    private void addNotice(final ProducedChannel channel) {
        if (!channel.inNotices) {
            channel.inNotices = true;
            notices.addLast(channel);
        }
    }

    // Ends.

    private void fail(final ProducedChannel channel, final Throwable cause) {
        if (cause instanceof PartitionNotFoundException) {
            fail(channel, ChannelErrorCode.PARTITION_NOT_FOUND, cause.getMessage());
        } else {
            // A producer that failed is Flink's to report.
            LOG.debug("cannot serve {} to peer={}", channel, connection.peer().address(), cause);
            fail(
                    channel,
                    ChannelErrorCode.PRODUCER_FAILED,
                    ExceptionUtils.stringifyException(cause));
        }
    }

    /** The channel keeps its place until the peer has been told, so that it counts as open. */
    private void fail(
            final ProducedChannel channel, final ChannelErrorCode code, final String text) {
        channel.errorDue = code;
        channel.errorText = text;
        addNotice(channel);
        release(channel);
    }

    private void remove(final ProducedChannel channel) {
        channel.gone = true;
        channels.remove(channel.id);
        if (channel.isRegisteredAsAvailable()) {
            available.remove(channel);
        }
        if (channel.inNotices) {
            notices.remove(channel);
        }
        if (channel.errorDue == null) {
            release(channel);
        }
    }

    private void release(final ProducedChannel channel) {
        try {
            channel.releaseAllResources();
        } catch (final IOException | RuntimeException e) {
            LOG.warn("cannot release {} of peer={}", channel, connection.peer().address(), e);
        }
    }

    @Override
    public Segment segmentFor(final FrameHeader header) throws TransportException {
        throw refusal(Reason.BAD_TYPE, header);
    }

    @Override
    public void onData(final FrameHeader header, final Segment filled) throws TransportException {
        throw refusal(Reason.BAD_TYPE, header);
    }

    @Override
    public void onClosed(final TransportException cause) {
        frames.drop();
        for (final ProducedChannel channel : channels.values()) {
            channel.gone = true;
            if (channel.errorDue == null) {
                release(channel);
            }
        }
        channels.clear();
    }
}
