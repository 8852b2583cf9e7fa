package io.geminid.flink.network;

import io.geminid.flink.memory.BufferMemory;
import io.geminid.memory.Segment;
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
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.agrona.collections.Int2ObjectHashMap;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.runtime.io.network.ConnectionID;
import org.apache.flink.runtime.io.network.buffer.Buffer;
import org.apache.flink.runtime.io.network.buffer.NetworkBuffer;
import org.apache.flink.runtime.io.network.netty.exception.RemoteTransportException;
import org.apache.flink.runtime.io.network.partition.consumer.InputChannelID;
import org.apache.flink.runtime.io.network.partition.consumer.RemoteInputChannel;

/**
 * Reads partitions of one other process: a connection that this process opened.
 *
 * <p>Flink's threads leave notices, which the link pulls in order. Credits are no notices but a
 * mark at the channel, since there are many of them; they go after the notices, so that a credit
 * given after a resume is told after it.
 *
 * <p>Connection's thread only, except where said.
 */
final class ConsumerConnection implements FrameHandler {

    private final ConnectionID id;
    private final Connection connection;
    private final NetworkScope scope;
    private final Runnable onClosed;

    /** Any thread. */
    private final ConcurrentMap<InputChannelID, ConsumedChannel> byInput =
            new ConcurrentHashMap<>();

    /** Any thread adds, the connection's takes. */
    private final Queue<Notice> notices = new ConcurrentLinkedQueue<>();

    private final ReadyStack<ConsumedChannel> credits = new ReadyStack<>();
    private final ArrayDeque<ConsumedChannel> creditsDue = new ArrayDeque<>();
    private final Consumer<ConsumedChannel> onCredit = creditsDue::addLast;
    private final Int2ObjectHashMap<ConsumedChannel> channels = new Int2ObjectHashMap<>();
    private int openedCount;

    /** Flink's buffer whose memory the link is filling; null between data frames. */
    private Buffer filling;

    /** Set once, by the connection's thread. */
    private volatile IOException error;

    /** What Flink wants told about a channel. */
    private record Notice(ConsumedChannel channel, FrameType type, long value) {}

    ConsumerConnection(
            final ConnectionID id,
            final Connection connection,
            final NetworkScope scope,
            final Runnable onClosed) {
        this.id = id;
        this.connection = connection;
        this.scope = scope;
        this.onClosed = onClosed;
    }

    // What Flink wants. Any thread.

    Connection connection() {
        return connection;
    }

    /** Why nothing can be asked any more; null as long as something can. */
    IOException error() {
        return error;
    }

    void open(final RemoteInputChannel input, final PartitionRequest request) {
        final ConsumedChannel channel = new ConsumedChannel(input, request);
        byInput.put(input.getInputChannelId(), channel);
        tell(channel, FrameType.OPEN_CHANNEL, input.getInitialCredit());
        final IOException broken = error;
        // The connection's end may have seen the channel or not.
        if (broken != null && byInput.remove(input.getInputChannelId(), channel)) {
            input.onError(broken);
        }
    }

    void credit(final RemoteInputChannel input) {
        final ConsumedChannel channel = byInput.get(input.getInputChannelId());
        if (channel != null && credits.push(channel)) {
            connection.wakeUp();
        }
    }

    void tell(final RemoteInputChannel input, final FrameType type, final long value) {
        final ConsumedChannel channel = byInput.get(input.getInputChannelId());
        if (channel != null) {
            tell(channel, type, value);
        }
    }

    private void tell(final ConsumedChannel channel, final FrameType type, final long value) {
        notices.add(new Notice(channel, type, value));
        connection.wakeUp();
    }

    void close(final RemoteInputChannel input) {
        final ConsumedChannel channel = byInput.remove(input.getInputChannelId());
        if (channel != null) {
            channel.closed = true;
            tell(channel, FrameType.CLOSE_CHANNEL, 0);
        }
    }

    // What the link takes.

    @Override
    public boolean pull(final OutboundFrame frame, final long completedFrame) {
        for (Notice next = notices.poll(); next != null; next = notices.poll()) {
            if (fill(next, frame)) {
                return true;
            }
        }
        credits.drain(onCredit);
        for (ConsumedChannel next = creditsDue.poll(); next != null; next = creditsDue.poll()) {
            if (fillCredit(next, frame)) {
                return true;
            }
        }
        return false;
    }

    private boolean fill(final Notice notice, final OutboundFrame frame) {
        final ConsumedChannel channel = notice.channel();
        if (notice.type() == FrameType.OPEN_CHANNEL) {
            return fillOpen(channel, frame);
        }
        if (!channels.containsKey(channel.id)) {
            return false;
        }
        long value = notice.value();
        switch (notice.type()) {
            case CLOSE_CHANNEL -> channels.remove(channel.id);
            case RESUME -> {
                if (channel.closed) {
                    return false;
                }
                if (channel.input.getInitialCredit() == 0) {
                    // Flink has taken the buffers of a blocked channel away: its credit is void.
                    channel.granted = channel.received;
                }
                value = channel.granted;
            }
            default -> {
                if (channel.closed) {
                    return false;
                }
            }
        }
        frame.set(notice.type(), channel.id).value(value);
        return true;
    }

    private boolean fillOpen(final ConsumedChannel channel, final OutboundFrame frame) {
        if (channel.closed) {
            return false;
        }
        channel.id = openedCount++;
        channel.granted = channel.input.getInitialCredit();
        channels.put(channel.id, channel);
        scope.counters().channelsOpened.increment();
        final ByteBuffer payload = channel.request.encode();
        frame.set(FrameType.OPEN_CHANNEL, channel.id)
                .value(channel.granted)
                .slice(payload, 0, payload.capacity());
        if (channel.input.getUnannouncedCredit() > 0) {
            credits.push(channel);
        }
        return true;
    }

    private boolean fillCredit(final ConsumedChannel channel, final OutboundFrame frame) {
        if (channel.closed || !channels.containsKey(channel.id) || channel.input.isReleased()) {
            return false;
        }
        final int more = channel.input.getAndResetUnannouncedCredit();
        if (more <= 0) {
            return false;
        }
        channel.granted += more;
        frame.set(FrameType.CREDIT, channel.id).value(channel.granted);
        return true;
    }

    // What the peer sends.

    @Override
    public Segment segmentFor(final FrameHeader header) throws TransportException {
        final ConsumedChannel channel = find(header);
        if (channel == null || channel.closed) {
            return null;
        }
        if (channel.received >= channel.granted) {
            throw refusal(Reason.BAD_CREDIT, channel, header);
        }
        checkElement(channel, header, true);
        channel.received++;
        final Buffer buffer = channel.input.requestBuffer();
        if (buffer == null) {
            if (channel.input.isReleased()) {
                // About to be closed: what came before this frame is of no use any more.
                channel.takePieces();
                return null;
            }
            throw refusal(Reason.INTERNAL, channel, header);
        }
        assert filling == null;
        filling = buffer;
        return scope.memory().lend(BufferMemory.segment(buffer));
    }

    @Override
    public void onData(final FrameHeader header, final Segment filled) {
        final Buffer buffer = exchange(scope.memory().accept(filled));
        final ConsumedChannel channel = channels.get(header.channel());
        if (channel == null || channel.closed) {
            buffer.recycleBuffer();
            return;
        }
        scope.counters().buffersReceived.increment();
        scope.counters().bytesReceived.add(header.payloadBytes());
        buffer.setDataType(BufferFrames.type(header));
        buffer.setCompressed(BufferFrames.isCompressed(header));
        buffer.setSize(header.payloadBytes());
        Delivery.deliver(channel, header, buffer);
    }

    /** The buffer being filled, over the memory that was filled. */
    private Buffer exchange(final MemorySegment filled) {
        final Buffer asked = filling;
        filling = null;
        if (BufferMemory.segment(asked) == filled) {
            return asked;
        }
        scope.counters().segmentsExchanged.increment();
        return new NetworkBuffer(filled, asked.getRecycler());
    }

    @Override
    public void onControl(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        final ConsumedChannel channel = find(header);
        if (channel == null || channel.closed) {
            return;
        }
        switch (header.type()) {
            case EVENT, PRIORITY_EVENT -> {
                checkElement(channel, header, false);
                scope.counters().eventsReceived.increment();
                Delivery.deliverEvent(channel, header, channel.takeEvent(payload));
            }
            case PIECES -> {
                if (!channel.addPieces(payload, connection.peer().segmentBytes())) {
                    throw refusal(Reason.LIMIT_REACHED, channel, header);
                }
            }
            case EVENT_PART -> {
                if (!channel.addEventPart(payload)) {
                    throw refusal(Reason.LIMIT_REACHED, channel, header);
                }
            }
            case BACKLOG -> Delivery.backlog(channel, header.backlog());
            case CHANNEL_ERROR -> onError(channel, header, payload);
            default -> throw refusal(Reason.BAD_TYPE, channel, header);
        }
    }

    /** Null if the channel existed and is closed here: what still comes is late (INV K10). */
    private ConsumedChannel find(final FrameHeader header) throws TransportException {
        if (header.channel() >= openedCount) {
            throw refusal(Reason.BAD_CHANNEL, null, header);
        }
        return channels.get(header.channel());
    }

    private void checkElement(
            final ConsumedChannel channel, final FrameHeader header, final boolean data)
            throws TransportException {
        final Buffer.DataType type = BufferFrames.type(header);
        if (type == null || type == Buffer.DataType.NONE || type.isBuffer() != data) {
            throw refusal(Reason.BAD_CONTENT, channel, header);
        }
        if (BufferFrames.isJoined(header) && !channel.piecesAddUpTo(header.payloadBytes())) {
            throw refusal(Reason.BAD_CONTENT, channel, header);
        }
    }

    private void onError(
            final ConsumedChannel channel, final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        final ChannelErrorCode code = ChannelErrorCode.of(header.value());
        if (code == null) {
            throw refusal(Reason.BAD_CONTENT, channel, header);
        }
        channels.remove(channel.id);
        if (code == ChannelErrorCode.PARTITION_NOT_FOUND) {
            channel.input.onFailedPartitionRequest();
        } else {
            channel.input.onError(
                    new RemoteTransportException(
                            "Error at remote task manager '"
                                    + name()
                                    + "': "
                                    + code
                                    + ": "
                                    + ErrorText.decode(payload),
                            id.getAddress()));
        }
    }

    private TransportException refusal(
            final Reason reason, final ConsumedChannel channel, final FrameHeader header) {
        return new TransportException(
                reason,
                "peer="
                        + connection.peer().address()
                        + " channelsOpened="
                        + openedCount
                        + " "
                        + channel
                        + " "
                        + header);
    }

    @Override
    public void onClosed(final TransportException cause) {
        if (filling != null) {
            exchange(scope.memory().replace()).recycleBuffer();
        }
        error =
                new RemoteTransportException(
                        "Lost connection to task manager '"
                                + name()
                                + "'. This indicates that the remote task manager was lost: "
                                + cause.reason(),
                        id.getAddress(),
                        cause);
        onClosed.run();
        for (final ConsumedChannel channel : byInput.values()) {
            if (byInput.remove(channel.input.getInputChannelId(), channel)) {
                channel.input.onError(error);
            }
        }
        channels.clear();
        notices.clear();
    }

    private String name() {
        return id.getAddress() + " [ " + id.getResourceID().getStringWithMetadata() + " ]";
    }
}
