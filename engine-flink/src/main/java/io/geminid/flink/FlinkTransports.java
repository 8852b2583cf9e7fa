package io.geminid.flink;

import io.geminid.flink.FlinkShuffleOptions.Carrier;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.network.NetworkContext;
import io.geminid.shuffle.rdma.RdmaTransport;
import io.geminid.shuffle.rdma.RdmaTransportContext;
import io.geminid.shuffle.tcp.TcpTransport;
import io.geminid.shuffle.tcp.TcpTransportContext;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.fallback.FallbackTransport;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.WireVersion;
import java.util.UUID;

/** Makes what a TaskManager's connections go over. */
final class FlinkTransports {

    private FlinkTransports() {}

    /**
     * Segments of the network buffers' pool that a transport takes besides them, for receives that
     * a NIC must always have.
     */
    static int segmentsBeside(final FlinkShuffleOptions options) {
        return options.carrier() == Carrier.AUTO
                ? RdmaTransportContext.from(options.properties()).queues().segmentsMax()
                : 0;
    }

    /**
     * A transport that listens on Flink's data port.
     *
     * @param bufferBytes size of a network buffer
     * @param options say which
     * @param pool where network buffers are; RDMA registers its slabs
     */
    static Transport create(
            final int bufferBytes, final FlinkShuffleOptions options, final SegmentPool pool) {
        final Handshake self = handshake(bufferBytes);
        if (options.carrier() == Carrier.TCP) {
            return tcp(self, options);
        }
        // Processes meet over TCP, on the data port; RDMA has a port of its own, which they tell.
        final Transport rdma =
                new RdmaTransport(
                        RdmaTransportContext.from(options.properties()),
                        new LinkContext(self, options.token()),
                        pool);
        return new FallbackTransport(
                rdma, tcp(self.withSessions(), options), UUID::randomUUID, System::nanoTime);
    }

    private static Transport tcp(final Handshake self, final FlinkShuffleOptions options) {
        return new TcpTransport(
                TcpTransportContext.from(options.properties()),
                new LinkContext(self, options.token()));
    }

    private static Handshake handshake(final int bufferBytes) {
        return new Handshake(
                WireVersion.FIRST,
                WireVersion.CURRENT,
                bufferBytes,
                NetworkContext.CHANNELS_MAX,
                0,
                UUID.randomUUID());
    }
}
