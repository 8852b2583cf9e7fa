package io.geminid.flink.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.flink.memory.FlinkPools;
import io.geminid.flink.memory.RegisteredMemory;
import io.geminid.flink.network.GeminidConnectionManager.Reconnecting;
import io.geminid.memory.Segment;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.PeerInfo;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.UUID;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.runtime.checkpoint.channel.ChannelStateWriter;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.io.network.ConnectionID;
import org.apache.flink.runtime.io.network.LocalConnectionManager;
import org.apache.flink.runtime.io.network.PartitionRequestClient;
import org.apache.flink.runtime.io.network.buffer.Buffer;
import org.apache.flink.runtime.io.network.buffer.NetworkBufferPool;
import org.apache.flink.runtime.io.network.partition.ResultPartitionID;
import org.apache.flink.runtime.io.network.partition.ResultPartitionType;
import org.apache.flink.runtime.io.network.partition.ResultSubpartitionIndexSet;
import org.apache.flink.runtime.io.network.partition.consumer.RemoteInputChannel;
import org.apache.flink.runtime.io.network.partition.consumer.SingleInputGate;
import org.apache.flink.runtime.jobgraph.IntermediateDataSetID;
import org.apache.flink.runtime.throughput.ThroughputCalculator;
import org.apache.flink.util.clock.SystemClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One end of a connection, frame by frame, with a transport that does what real ones may do. */
class ConsumerConnectionTest {

    private static final int BUFFER_BYTES = 4096;
    private static final int POOL_BUFFERS = 16;
    private static final int EXCLUSIVE = 2;
    private static final InetSocketAddress PEER =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final NetworkBufferPool pool = new NetworkBufferPool(POOL_BUFFERS, BUFFER_BYTES);
    private final RegisteredMemory memory = new RegisteredMemory(BUFFER_BYTES, POOL_BUFFERS, 0);
    private final ConnectionID id = new ConnectionID(ResourceID.generate(), PEER, 0);
    private final ConsumerConnection connection =
            new ConsumerConnection(
                    id,
                    new NoLink(),
                    new NetworkScope(null, memory, new ShuffleCounters(), "same"),
                    () -> {});
    private final OutboundFrame frame = new OutboundFrame();
    private SingleInputGate gate;
    private RemoteInputChannel input;

    @BeforeEach
    void openAChannel() throws Exception {
        FlinkPools.replace(pool, memory);
        gate =
                new SingleInputGate(
                        "test",
                        0,
                        new IntermediateDataSetID(),
                        ResultPartitionType.PIPELINED_BOUNDED,
                        1,
                        (dataSet, partition, onStarted) -> {},
                        () -> pool.createBufferPool(1, 1),
                        null,
                        pool,
                        BUFFER_BYTES,
                        new ThroughputCalculator(SystemClock.getInstance()),
                        null);
        input =
                new RemoteInputChannel(
                        gate,
                        0,
                        new ResultPartitionID(),
                        new ResultSubpartitionIndexSet(0),
                        id,
                        new ToConnection(),
                        0,
                        0,
                        0,
                        EXCLUSIVE,
                        new SimpleCounter(),
                        new SimpleCounter(),
                        ChannelStateWriter.NO_OP,
                        new ArrayDeque<>());
        gate.setInputChannels(input);
        gate.setup();
        gate.requestPartitions();
        assertThat(connection.pull(frame, 0)).isTrue();
        assertThat(frame.type()).isEqualTo(FrameType.OPEN_CHANNEL);
        assertThat(frame.value()).isEqualTo(EXCLUSIVE);
    }

    @AfterEach
    void everyBufferIsBack() throws Exception {
        gate.close();
        assertThat(pool.getNumberOfAvailableMemorySegments()).isEqualTo(POOL_BUFFERS);
        pool.destroyAllBufferPools();
        pool.destroy();
        memory.close();
    }

    @Test
    void aBufferHalfFilledWhenTheLinkBreaksGoesBack() throws Exception {
        final Segment halfFilled = connection.segmentFor(data(0));
        halfFilled.close(); // as a transport does with what it was reading into
        connection.onClosed(new TransportException(Reason.LINK_LOST, "cut"));
        assertThatThrownBy(input::getNextBuffer).hasStackTraceContaining("cut");
    }

    /** A NIC fills the segment at the head of its queue and keeps the one it is given. */
    @Test
    void anotherSegmentThanTheOneGivenMayComeBack() throws Exception {
        final MemorySegment posted = pool.requestPooledMemorySegment();
        final Segment atTheHead = memory.lend(posted);
        final Segment given = connection.segmentFor(data(0));
        atTheHead.putByte(0, (byte) 42);
        connection.onData(data(0), atTheHead);
        final Buffer arrived = input.getNextBuffer().orElseThrow().buffer();
        assertThat(arrived.getNioBufferReadable().get(0)).isEqualTo((byte) 42);
        arrived.recycleBuffer();
        pool.recyclePooledMemorySegment(memory.accept(given));
    }

    // INV K1
    @Test
    void dataWithoutCreditIsRefused() throws Exception {
        for (int i = 0; i < EXCLUSIVE; i++) {
            connection.onData(data(i), connection.segmentFor(data(i)));
        }
        assertThatThrownBy(() -> connection.segmentFor(data(EXCLUSIVE)))
                .isInstanceOf(TransportException.class)
                .extracting("reason")
                .isEqualTo(Reason.BAD_CREDIT);
    }

    private static FrameHeader data(final int sequence) {
        final long type = (long) Buffer.DataType.DATA_BUFFER.ordinal() << Integer.SIZE;
        return new FrameHeader()
                .wrap(
                        ByteBuffer.allocate(FrameHeader.LENGTH_BYTES)
                                .order(ByteOrder.LITTLE_ENDIAN),
                        0)
                .start(1, FrameType.DATA, 0)
                .sequence(sequence)
                .value(type)
                .payload(1, 0);
    }

    /** Gives Flink's channel the connection of the test. */
    private final class ToConnection extends LocalConnectionManager {

        @Override
        public PartitionRequestClient createPartitionRequestClient(final ConnectionID to) {
            final GeminidConnectionManager manager =
                    new GeminidConnectionManager(null, new Reconnecting(1, true));
            manager.use(null, new NetworkScope(null, memory, new ShuffleCounters(), "same"));
            return new PartitionClient(manager, connection);
        }
    }

    /** Sends nothing. */
    private static final class NoLink implements Connection {

        @Override
        public PeerInfo peer() {
            return new PeerInfo(new UUID(0, 1), PEER, 1, BUFFER_BYTES, 1);
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
}
