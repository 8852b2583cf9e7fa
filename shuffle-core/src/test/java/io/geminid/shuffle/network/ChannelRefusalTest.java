package io.geminid.shuffle.network;

import static io.geminid.shuffle.network.ScriptedPartitions.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.FrameEncoder;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.PeerInfo;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.OpenChannel;
import io.geminid.testing.PoolExtension;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a peer must not do in a channel, and what it may do late; frame by frame. */
final class ChannelRefusalTest {

    private static final int CHANNELS_MAX = 10;
    private static final int WINDOW_MAX = 8;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private final ByteBuffer memory =
            ByteBuffer.allocate(FrameHeader.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final FrameHeader header = new FrameHeader().wrap(memory, 0);
    private final OutboundFrame frame = new OutboundFrame();
    private final ScriptedPartitions partitions = new ScriptedPartitions();
    private LocalSegmentPool pool;
    private ProducerSide producer;
    private ConsumerSide consumer;
    private long frames;

    /** A connection that does nothing by itself. */
    private static final class StillConnection implements Connection {

        @Override
        public PeerInfo peer() {
            return new PeerInfo(
                    new UUID(0, 1),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 9),
                    1,
                    PoolExtension.SEGMENT_BYTES,
                    CHANNELS_MAX);
        }

        @Override
        public boolean outgoing() {
            return true;
        }

        @Override
        public void wakeUp() {
            // The test pulls.
        }

        @Override
        public void execute(final Runnable task) {
            task.run();
        }

        @Override
        public void close(final TransportException reason) {
            throw new AssertionError(reason);
        }
    }

    @BeforeEach
    void make() {
        pool = pools.pool(16).createLocalPool(LocalPoolContext.fixed("test", 16));
        final Connection connection = new StillConnection();
        final NetworkContext context =
                new NetworkContext(new UUID(0, 2), CHANNELS_MAX, WINDOW_MAX, 1);
        producer = new ProducerSide(connection, partitions, context, 0);
        consumer = new ConsumerSide(connection, 0);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private FrameHeader header(final FrameType type, final int channel, final long value) {
        return header.start(1, type, channel).value(value);
    }

    private FrameHeader data(final int channel, final int sequence) {
        return header(FrameType.DATA, channel, 0).sequence(sequence).payload(10, 0);
    }

    private void open(final int channel, final long credit) throws TransportException {
        final ByteBuffer payload =
                ByteBuffer.allocate(OpenChannel.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        new OpenChannel(id(channel), SubpartitionRange.of(0)).encode(payload, 0);
        producer.onControl(
                header(FrameType.OPEN_CHANNEL, channel, credit).payload(payload.capacity(), 0),
                payload);
    }

    private boolean pullFromProducer() {
        return pullFromProducer(frames);
    }

    private boolean pullFromProducer(final long completedFrame) {
        frame.clear(frames + 1);
        if (!producer.pullNotice(frame) && !producer.pullElement(frame, completedFrame)) {
            return false;
        }
        frames++;
        return true;
    }

    private boolean pullFromConsumer() {
        frame.clear(++frames);
        return consumer.pull(frame);
    }

    private interface Call {
        void run() throws TransportException;
    }

    private static void assertRefused(final Reason reason, final Call call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void aChannelThatNeverWas() throws TransportException {
        partitions.add(0, 100);
        open(0, 1);
        for (final FrameType type :
                new FrameType[] {
                    FrameType.CREDIT,
                    FrameType.RESUME,
                    FrameType.RECORDS_PROCESSED,
                    FrameType.CLOSE_CHANNEL
                }) {
            assertRefused(
                    Reason.BAD_CHANNEL, () -> producer.onControl(header(type, 1, 1), NOTHING));
        }
        openAtConsumer(1);
        for (final FrameType type :
                new FrameType[] {
                    FrameType.EVENT,
                    FrameType.PRIORITY_EVENT,
                    FrameType.BACKLOG,
                    FrameType.CHANNEL_ERROR
                }) {
            assertRefused(
                    Reason.BAD_CHANNEL, () -> consumer.onControl(header(type, 1, 1), NOTHING));
        }
        assertRefused(Reason.BAD_CHANNEL, () -> consumer.segmentFor(data(1, 0)));
    }

    @Test
    void aChannelThatWasIsNoReasonToClose() throws TransportException {
        // INV K10
        partitions.add(0, 100);
        open(0, 1);
        producer.onControl(header(FrameType.CLOSE_CHANNEL, 0, 0), NOTHING);
        producer.onControl(header(FrameType.CREDIT, 0, 5), NOTHING);
        producer.onControl(header(FrameType.RESUME, 0, 5), NOTHING);
        producer.onControl(header(FrameType.CLOSE_CHANNEL, 0, 0), NOTHING);
        open(1, 1);
        producer.onControl(header(FrameType.CREDIT, 1, 5), NOTHING);
        assertThat(pullFromProducer()).isTrue();
        assertThat(frame.type()).isEqualTo(FrameType.CHANNEL_ERROR);
        producer.onControl(header(FrameType.CREDIT, 1, 5), NOTHING);

        final ScriptedReceiver receiver = openAtConsumer(1);
        receiver.close();
        assertThat(pullFromConsumer()).isTrue();
        assertThat(frame.type()).isEqualTo(FrameType.CLOSE_CHANNEL);
        assertThat(consumer.segmentFor(data(0, 0))).isNull();
        consumer.onControl(header(FrameType.EVENT, 0, 0).sequence(1), NOTHING);
        consumer.onControl(header(FrameType.CHANNEL_ERROR, 0, 1), NOTHING);
        assertThat(receiver.error()).isNull();
    }

    @Test
    void channelsOutOfOrderOrTooMany() throws TransportException {
        assertRefused(Reason.BAD_CHANNEL, () -> open(1, 1));
        open(0, 1);
        assertRefused(Reason.BAD_CHANNEL, () -> open(0, 1));
        for (int i = 1; i < CHANNELS_MAX; i++) {
            open(i, 1);
        }
        assertRefused(Reason.LIMIT_REACHED, () -> open(CHANNELS_MAX, 1));
        // Errors not sent yet take up room, too; once they are sent there is some again.
        assertThat(pullFromProducer()).isTrue();
        open(CHANNELS_MAX, 1);
    }

    @Test
    void creditsThatCannotBe() throws TransportException {
        for (final long credit :
                new long[] {-1, WINDOW_MAX + 1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 31}) {
            assertRefused(Reason.BAD_CREDIT, () -> open(0, credit));
        }
        partitions.add(0, 100);
        open(0, 3);
        for (final long total :
                new long[] {2, 0, -1, WINDOW_MAX + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertRefused(
                    Reason.BAD_CREDIT,
                    () -> producer.onControl(header(FrameType.CREDIT, 0, total), NOTHING));
        }
        for (final long total : new long[] {-1, WINDOW_MAX + 1, Long.MAX_VALUE}) {
            assertRefused(
                    Reason.BAD_CREDIT,
                    () -> producer.onControl(header(FrameType.RESUME, 0, total), NOTHING));
        }
        producer.onControl(header(FrameType.CREDIT, 0, WINDOW_MAX), NOTHING);
    }

    @Test
    void contentThatMakesNoSense() throws TransportException {
        assertRefused(
                Reason.BAD_CONTENT,
                () ->
                        producer.onControl(
                                header(FrameType.OPEN_CHANNEL, 0, 1), ByteBuffer.allocate(23)));
        partitions.add(0, 100);
        open(0, 1);
        assertRefused(
                Reason.BAD_LENGTH,
                () ->
                        producer.onControl(
                                header(FrameType.CREDIT, 0, 1).payload(1, 0),
                                ByteBuffer.allocate(1)));
        openAtConsumer(1);
        assertRefused(
                Reason.BAD_CONTENT,
                () -> consumer.onControl(header(FrameType.CHANNEL_ERROR, 0, 99), NOTHING));
    }

    private ScriptedReceiver openAtConsumer(final int credit) {
        final ScriptedReceiver receiver = new ScriptedReceiver(pool, credit, false);
        final InboundChannel channel =
                new InboundChannel(
                        new StillConnection().peer().address(),
                        id(0),
                        SubpartitionRange.of(0),
                        credit,
                        receiver);
        receiver.channel(channel);
        assertThat(consumer.attach(channel)).isTrue();
        assertThat(pullFromConsumer()).isTrue();
        assertThat(frame.type()).isEqualTo(FrameType.OPEN_CHANNEL);
        assertThat(frame.value()).isEqualTo(credit);
        return receiver;
    }

    private void receive(final int sequence) throws TransportException {
        final FrameHeader arrived = data(0, sequence);
        final Segment segment = consumer.segmentFor(arrived);
        consumer.onData(arrived, segment);
    }

    @Test
    void dataWithoutCredit() throws TransportException {
        // INV K1
        final ScriptedReceiver receiver = openAtConsumer(2);
        receive(0);
        receive(1);
        assertRefused(Reason.BAD_CREDIT, () -> receive(2));
        receiver.grantMore(1);
        assertRefused(Reason.BAD_CREDIT, () -> receive(2));
        assertThat(pullFromConsumer()).isTrue();
        assertThat(frame.type()).isEqualTo(FrameType.CREDIT);
        assertThat(frame.value()).isEqualTo(3);
        receive(2);
        receiver.grantMore(5);
        receiver.resumeWith(1);
        assertThat(pullFromConsumer()).isTrue();
        assertThat(frame.type()).isEqualTo(FrameType.RESUME);
        assertThat(frame.value()).isEqualTo(4);
        assertThat(pullFromConsumer()).isFalse();
        receive(3);
        assertRefused(Reason.BAD_CREDIT, () -> receive(4));
        assertThat(receiver.problems()).isEmpty();
    }

    @Test
    void framesMissingRepeatedOrSwapped() throws TransportException {
        // INV K8
        openAtConsumer(5);
        receive(0);
        for (final int sequence : new int[] {0, 2, -1, Integer.MAX_VALUE}) {
            assertRefused(Reason.BAD_SEQUENCE, () -> receive(sequence));
            assertRefused(
                    Reason.BAD_SEQUENCE,
                    () ->
                            consumer.onControl(
                                    header(FrameType.EVENT, 0, 0).sequence(sequence), NOTHING));
        }
        consumer.onControl(header(FrameType.EVENT, 0, 0).sequence(1), NOTHING);
        receive(2);
    }

    @Test
    void grantsThatComeTogetherAreSentOnce() {
        final ScriptedReceiver receiver = openAtConsumer(0);
        for (int i = 0; i < 100; i++) {
            receiver.grantMore(1);
        }
        assertThat(pullFromConsumer()).isTrue();
        assertThat(frame.value()).isEqualTo(100);
        assertThat(pullFromConsumer()).isFalse();
    }

    @Test
    void aGrantIsHeldWhileTheProducerHasMoreLeft() throws TransportException {
        final ScriptedReceiver receiver = openAtConsumer(4);
        receiver.grantMore(2);
        assertThat(pullFromConsumer()).isFalse();
        receive(0);
        assertThat(pullFromConsumer()).isFalse();
        receive(1);
        assertThat(pullFromConsumer()).isTrue();
        assertThat(frame.type()).isEqualTo(FrameType.CREDIT);
        assertThat(frame.value()).isEqualTo(6);
        assertThat(pullFromConsumer()).isFalse();
    }

    @Test
    void openingAndClosingWithoutReadingFillsNoMemory() throws TransportException {
        for (int i = 0; i < 1000; i++) {
            if (i % 2 == 0) {
                partitions.add(i, 100).write(new byte[300]);
            }
            open(i, 1);
            producer.onControl(header(FrameType.CLOSE_CHANNEL, i, 0), NOTHING);
            assertThat(producer.listed()).isLessThanOrEqualTo(2 * CHANNELS_MAX);
        }
        assertThat(partitions.all()).allMatch(ScriptedSubpartition::isReleased);
    }

    @Test
    void theChannelsOfAPeerThatOpensUnknownPartitionsAreBounded() throws TransportException {
        for (int i = 0; i < CHANNELS_MAX; i++) {
            open(i, 1);
        }
        assertRefused(Reason.LIMIT_REACHED, () -> open(CHANNELS_MAX, 1));
        for (int i = 0; i < CHANNELS_MAX; i++) {
            assertThat(pullFromProducer()).isTrue();
            assertThat(frame.type()).isEqualTo(FrameType.CHANNEL_ERROR);
            assertThat(frame.channel()).isEqualTo(i);
            new FrameEncoder(1).encodeHeader(frame, memory, 0);
            assertThat(header.isIntact()).isTrue();
        }
        assertThat(pullFromProducer()).isFalse();
    }

    @Test
    void partsAreCollectedWhileAFrameOfTheChannelIsUnderWay() throws TransportException {
        final ScriptedSubpartition out = partitions.add(0, 10);
        open(0, WINDOW_MAX);
        out.write(new byte[3]);
        assertThat(pullFromProducer(0)).isTrue();
        assertThat(frame.payloadBytes()).isEqualTo(3);
        final long underWay = frame.number();
        out.write(new byte[2]);
        assertThat(pullFromProducer(underWay - 1)).isFalse();
        out.write(new byte[1]);
        assertThat(pullFromProducer(underWay - 1)).isFalse();
        // Without another signal: the completion is one.
        assertThat(pullFromProducer(underWay)).isTrue();
        assertThat(frame.payloadBytes()).isEqualTo(3);
        // A full piece does not wait.
        out.write(new byte[5]);
        assertThat(pullFromProducer(underWay)).isTrue();
        assertThat(frame.payloadBytes()).isEqualTo(4);
        assertThat(pullFromProducer(underWay)).isFalse();
    }

    @Test
    void aPriorityEventGoesBeforeTheDataOfAllChannels() throws TransportException {
        for (int i = 0; i < 3; i++) {
            partitions.add(i, 10).write(new byte[40]);
            open(i, WINDOW_MAX);
        }
        assertThat(pullFromProducer()).isTrue();
        assertThat(frame.channel()).isZero();
        frame.completion().onCompletion();
        partitions.find(0).event(new byte[3], true, false);
        assertThat(pullFromProducer()).isTrue();
        assertThat(frame.type()).isEqualTo(FrameType.PRIORITY_EVENT);
        assertThat(frame.channel()).isZero();
        frame.completion().onCompletion();
    }

    @Test
    void aPartitionThatIsGoneAfterItsEndIsNoError() throws TransportException {
        // INV K9
        final ScriptedSubpartition out = partitions.add(0, 10);
        out.end();
        open(0, WINDOW_MAX);
        assertThat(pullFromProducer()).isTrue();
        assertThat(frame.type()).isEqualTo(FrameType.EVENT);
        assertThat(out.isReleased()).isTrue();
        producer.onControl(header(FrameType.CREDIT, 0, WINDOW_MAX), NOTHING);
        assertThat(pullFromProducer()).isFalse();
    }

    @Test
    void channelsTakeTurns() throws TransportException {
        for (int i = 0; i < 3; i++) {
            partitions.add(i, 10).write(new byte[40]);
            open(i, WINDOW_MAX);
        }
        final int[] order = new int[12];
        for (int i = 0; i < 12; i++) {
            assertThat(pullFromProducer()).isTrue();
            order[i] = frame.channel();
            frame.completion().onCompletion();
        }
        assertThat(order).containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2);
        assertThat(pullFromProducer()).isFalse();
    }
}
