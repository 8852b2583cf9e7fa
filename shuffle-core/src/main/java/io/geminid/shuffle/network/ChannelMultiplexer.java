package io.geminid.shuffle.network;

import io.geminid.memory.Segment;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType.Sender;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * All channels of one connection, both those that this process produces and those that it consumes.
 *
 * <p>What is sent first: opens, credits and closes of channels, then notices, then priority events,
 * then the elements of ready channels in turn. Runs on the connection's thread.
 */
final class ChannelMultiplexer implements FrameHandler {

    /** Told what was left when the connection closed. */
    interface CloseListener {

        /**
         * The multiplexer takes no more channels.
         *
         * @param multiplexer which
         * @param cause why
         * @param consumed channels that were open or waited to be opened
         */
        void onClosed(
                ChannelMultiplexer multiplexer,
                TransportException cause,
                List<InboundChannel> consumed);
    }

    private final ConsumerSide consumer;
    private final ProducerSide producer;
    private final CloseListener listener;

    ChannelMultiplexer(
            final ConsumerSide consumer,
            final ProducerSide producer,
            final CloseListener listener) {
        this.consumer = consumer;
        this.producer = producer;
        this.listener = listener;
    }

    /** See {@link ConsumerSide#attach}. Any thread. */
    boolean attach(final InboundChannel channel) {
        return consumer.attach(channel);
    }

    /** Channels attached since the start, for tests. Any thread. */
    int attachedCount() {
        return consumer.attachedCount();
    }

    /** Any thread. */
    boolean isClosed() {
        return consumer.isClosed();
    }

    @Override
    public boolean pull(final OutboundFrame frame, final long completedFrame) {
        return consumer.pull(frame)
                || producer.pullNotice(frame)
                || producer.pullElement(frame, completedFrame)
                // Looking for elements may have found a channel broken.
                || producer.pullNotice(frame);
    }

    @Override
    public Segment segmentFor(final FrameHeader header) throws TransportException {
        return consumer.segmentFor(header);
    }

    @Override
    public void onData(final FrameHeader header, final Segment filled) {
        consumer.onData(header, filled);
    }

    @Override
    public void onControl(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        final Sender sender = header.type().sender();
        if (sender == Sender.CONSUMER) {
            producer.onControl(header, payload);
        } else if (sender == Sender.PRODUCER) {
            consumer.onControl(header, payload);
        } else {
            throw new TransportException(Reason.BAD_TYPE, header.toString());
        }
    }

    @Override
    public void onClosed(final TransportException cause) {
        producer.close();
        listener.onClosed(this, cause, consumer.close());
    }
}
