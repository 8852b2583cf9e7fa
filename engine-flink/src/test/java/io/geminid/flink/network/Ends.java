package io.geminid.flink.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.config.GeminidProperties;
import io.geminid.flink.memory.FlinkPools;
import io.geminid.flink.memory.RegisteredMemory;
import io.geminid.flink.network.GeminidConnectionManager.Reconnecting;
import io.geminid.shuffle.network.NetworkContext;
import io.geminid.shuffle.rdma.RdmaTransport;
import io.geminid.shuffle.rdma.RdmaTransportContext;
import io.geminid.shuffle.tcp.TcpTransport;
import io.geminid.shuffle.tcp.TcpTransportContext;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.fallback.FallbackTransport;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.Handshake;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.runtime.checkpoint.channel.ChannelStateWriter;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.io.network.ConnectionID;
import org.apache.flink.runtime.io.network.buffer.Buffer;
import org.apache.flink.runtime.io.network.buffer.NetworkBufferPool;
import org.apache.flink.runtime.io.network.partition.BufferAvailabilityListener;
import org.apache.flink.runtime.io.network.partition.PartitionRequestListener;
import org.apache.flink.runtime.io.network.partition.ResultPartitionID;
import org.apache.flink.runtime.io.network.partition.ResultPartitionProvider;
import org.apache.flink.runtime.io.network.partition.ResultPartitionType;
import org.apache.flink.runtime.io.network.partition.ResultSubpartitionIndexSet;
import org.apache.flink.runtime.io.network.partition.ResultSubpartitionView;
import org.apache.flink.runtime.io.network.partition.consumer.InputChannel.BufferAndAvailability;
import org.apache.flink.runtime.io.network.partition.consumer.RemoteInputChannel;
import org.apache.flink.runtime.io.network.partition.consumer.SingleInputGate;
import org.apache.flink.runtime.jobgraph.IntermediateDataSetID;
import org.apache.flink.runtime.throughput.ThroughputCalculator;
import org.apache.flink.util.clock.SystemClock;

/** A process that serves the script, and one whose gate reads it. */
final class Ends implements AutoCloseable {

    static final int BUFFER_BYTES = 4096;
    private static final int POOL_BUFFERS = 32;
    private static final int BESIDE = RdmaConnectionsTest.segmentsBeside();
    private static final long PATIENCE_NS = 20_000_000_000L;

    final GeminidConnectionManager producer;
    final GeminidConnectionManager consumer;
    final NetworkBufferPool pool = new NetworkBufferPool(POOL_BUFFERS, BUFFER_BYTES);
    final RegisteredMemory producerMemory = new RegisteredMemory(BUFFER_BYTES, 1, BESIDE);
    final RegisteredMemory memory = new RegisteredMemory(BUFFER_BYTES, POOL_BUFFERS, BESIDE);
    final Scripts scripts = new Scripts();
    private final List<Transport> transports = new ArrayList<>();
    final ConnectionID id;
    final Reader reader;
    final SingleInputGate gate;

    Ends(
            final List<Buffer> script,
            final String producerProtocol,
            final String consumerProtocol,
            final int exclusive)
            throws Exception {
        this(script, producerProtocol, consumerProtocol, exclusive, memory -> tcp());
    }

    Ends(
            final List<Buffer> script,
            final String producerProtocol,
            final String consumerProtocol,
            final int exclusive,
            final Function<RegisteredMemory, Transport> making)
            throws Exception {
        FlinkPools.replace(pool, memory);
        final int read = scripts.add(script);
        producer = manager(scripts, producerMemory, producerProtocol, making.apply(producerMemory));
        consumer = manager(new Scripts(), memory, consumerProtocol, making.apply(memory));
        id =
                new ConnectionID(
                        ResourceID.generate(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), producer.start()),
                        0);
        consumer.start();
        reader = new Reader(this, read, exclusive);
        gate = reader.gate;
    }

    /** What the reading process has counted. */
    ShuffleCounters counters() {
        return consumer.scope().counters();
    }

    /** Connections that either end has refused since the other could not prove its token. */
    long refusedForTheirToken() {
        return transports.stream()
                .mapToLong(each -> each.counters().ended(TransportException.Reason.BAD_TOKEN))
                .sum();
    }

    /** One more gate, which reads another script over the same connection. */
    Reader reader(final List<Buffer> script, final int exclusive) throws IOException {
        return new Reader(this, scripts.add(script), exclusive);
    }

    private GeminidConnectionManager manager(
            final ResultPartitionProvider partitions,
            final RegisteredMemory memory,
            final String protocol,
            final Transport transport) {
        transports.add(transport);
        final GeminidConnectionManager manager =
                new GeminidConnectionManager(null, new Reconnecting(1, true));
        manager.use(
                transport, new NetworkScope(partitions, memory, new ShuffleCounters(), protocol));
        return manager;
    }

    static Transport tcp() {
        return tcp(JobToken.NONE);
    }

    static Transport tcp(final JobToken token) {
        return tcp(handshake(), token);
    }

    private static Transport tcp(final Handshake self, final JobToken token) {
        return new TcpTransport(
                TcpTransportContext.from(GeminidProperties.defaults()),
                new LinkContext(self, token));
    }

    /** Goes over the other transport where the peer has it too. */
    static FallbackTransport orTcp(final Transport rdma) {
        return new FallbackTransport(
                rdma,
                tcp(handshake().withSessions(), JobToken.NONE),
                UUID::randomUUID,
                System::nanoTime);
    }

    static Handshake handshake() {
        return new Handshake(1, 1, BUFFER_BYTES, NetworkContext.CHANNELS_MAX, 0, UUID.randomUUID());
    }

    static Transport sessions(final RegisteredMemory memory) {
        // Its addresses are not loopback, so that it does not start even where there is RDMA.
        final Transport rdma =
                new RdmaTransport(
                        RdmaTransportContext.from(GeminidProperties.defaults()),
                        new LinkContext(handshake(), JobToken.NONE),
                        memory.pool());
        return orTcp(rdma);
    }

    Buffer next() throws IOException {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (System.nanoTime() - deadlineNs < 0) {
            final Optional<BufferAndAvailability> next = reader.channel.getNextBuffer();
            if (next.isPresent()) {
                return next.get().buffer();
            }
            LockSupport.parkNanos(20_000);
        }
        throw new AssertionError("nothing came");
    }

    Throwable failure() {
        try {
            next();
        } catch (final IOException e) {
            return e;
        }
        throw new AssertionError("no failure");
    }

    @Override
    public void close() throws IOException {
        reader.close();
        consumer.shutdown();
        producer.shutdown();
        scripts.release();
        assertThat(pool.getNumberOfAvailableMemorySegments()).isEqualTo(POOL_BUFFERS);
        pool.destroyAllBufferPools();
        pool.destroy();
        assertThat(memory.unfreed()).isZero();
        memory.close();
        producerMemory.close();
    }

    /** A gate of one channel. */
    static final class Reader implements AutoCloseable {
        final SingleInputGate gate;
        final RemoteInputChannel channel;

        Reader(final Ends ends, final int script, final int exclusive) throws IOException {
            gate =
                    new SingleInputGate(
                            "test",
                            0,
                            new IntermediateDataSetID(),
                            ResultPartitionType.PIPELINED_BOUNDED,
                            1,
                            (dataSet, partition, onStarted) -> {},
                            () -> ends.pool.createBufferPool(1, 8),
                            null,
                            ends.pool,
                            BUFFER_BYTES,
                            new ThroughputCalculator(SystemClock.getInstance()),
                            null);
            channel =
                    new RemoteInputChannel(
                            gate,
                            0,
                            new ResultPartitionID(),
                            new ResultSubpartitionIndexSet(script),
                            ends.id,
                            ends.consumer,
                            0,
                            0,
                            0,
                            exclusive,
                            new SimpleCounter(),
                            new SimpleCounter(),
                            ChannelStateWriter.NO_OP,
                            new ArrayDeque<>());
            gate.setInputChannels(channel);
            gate.setup();
        }

        @Override
        public void close() throws IOException {
            end();
        }

        /** Idempotent, and with a signature that says what it throws. */
        void end() throws IOException {
            try {
                gate.close();
            } catch (final IOException e) {
                throw e;
            } catch (final Exception e) {
                throw new IOException(e);
            }
        }
    }

    /** A register of one partition, whose subpartitions are the scripts; each is read once. */
    private static final class Scripts implements ResultPartitionProvider {

        /** Null where a view has taken the script's buffers over. */
        private final List<List<Buffer>> unread = new CopyOnWriteArrayList<>();

        int add(final List<Buffer> script) {
            unread.add(script);
            return unread.size() - 1;
        }

        /** A gate that ends at once may never have asked: its script's buffers are still here. */
        void release() {
            unread.stream()
                    .filter(Objects::nonNull)
                    .forEach(script -> script.forEach(Buffer::recycleBuffer));
        }

        @Override
        public ResultSubpartitionView createSubpartitionView(
                final ResultPartitionID partition,
                final ResultSubpartitionIndexSet subpartitions,
                final BufferAvailabilityListener listener) {
            return new ScriptedView(unread.set(subpartitions.getStartIndex(), null));
        }

        @Override
        public Optional<ResultSubpartitionView> createSubpartitionViewOrRegisterListener(
                final ResultPartitionID partition,
                final ResultSubpartitionIndexSet subpartitions,
                final BufferAvailabilityListener listener,
                final PartitionRequestListener late) {
            return Optional.of(createSubpartitionView(partition, subpartitions, listener));
        }

        @Override
        public void releasePartitionRequestListener(final PartitionRequestListener listener) {
            // None was registered.
        }
    }
}
