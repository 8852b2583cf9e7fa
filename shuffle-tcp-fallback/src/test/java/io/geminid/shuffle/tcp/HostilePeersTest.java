package io.geminid.shuffle.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.transport.HostileFrames;
import io.geminid.shuffle.transport.stream.StreamLink;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that is attacked over real sockets while it serves others well. */
final class HostilePeersTest {

    private static final int HOSTILE = 10_000;
    private static final int AT_ONCE = 50;

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private SegmentPool producerPool;
    private SegmentPool consumerPool;
    private GoodTraffic good;

    @BeforeEach
    void start() throws IOException {
        producerPool = pools.pool(64);
        consumerPool = pools.pool(64);
        good = new GoodTraffic(producerPool, consumerPool).start();
        TcpHarness.awaitTrue("good traffic", () -> good.readSoFar() > 10_000);
    }

    @AfterEach
    void close() {
        good.close();
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private ByteBuffer hello() {
        final UUID id = new UUID(seed.random().nextLong(), seed.random().nextLong());
        return HostileFrames.hello(id, PoolExtension.SEGMENT_BYTES).clear();
    }

    private long refused() {
        return good.producer().statistics().connectionsRefused();
    }

    private int connections() {
        return good.producer().statistics().connections();
    }

    @Test
    void tenThousandHostileFramesAreCountedAndHarmNobody() throws Exception {
        final HostileFrames hostile = new HostileFrames(seed.random(), PoolExtension.SEGMENT_BYTES);
        attack(hostile, AT_ONCE);
        // What others have left to the garbage collector does not count.
        System.gc();
        final long directBefore = directBytes();
        final int segmentsBefore = producerPool.allocated();
        final long refusedBefore = refused();
        long wrong = 0;
        for (int i = 0; i < HOSTILE; i += AT_ONCE) {
            wrong += attack(hostile, AT_ONCE);
        }
        TcpHarness.awaitTrue("all gone", () -> connections() == 1);
        // What was cut off counts only if its header was there and wrong for channels.
        assertThat(refused() - refusedBefore).isBetween(wrong, (long) HOSTILE);
        assertThat(wrong).isGreaterThan(HOSTILE / 2);
        final long directMax = directBefore + (long) AT_ONCE * StreamLink.MEMORY_BYTES;
        assertThat(directBytes()).isLessThanOrEqualTo(directMax);
        assertThat(producerPool.allocated()).isEqualTo(segmentsBefore);
        final long readBefore = good.readSoFar();
        TcpHarness.awaitTrue("good traffic goes on", () -> good.readSoFar() > readBefore);
        good.stop();
    }

    /** Returns how many of the frames were wrong in themselves, and not only cut off. */
    private int attack(final HostileFrames hostile, final int count) throws IOException {
        final List<SocketPeer> peers = new ArrayList<>();
        int wrong = 0;
        for (int i = 0; i < count; i++) {
            final SocketPeer peer = new SocketPeer(good.address());
            peer.send(hello());
            final HostileFrames.Case bad =
                    seed.random().nextInt(3) == 0 ? hostile.nextForChannels() : hostile.next();
            peer.send(bad.bytes());
            if (bad.truncated()) {
                end(peer);
            } else {
                wrong++;
                peers.add(peer);
            }
        }
        for (final SocketPeer peer : peers) {
            TcpHarness.awaitTrue("closed by the server", peer::closedByTransport);
            peer.close();
        }
        return wrong;
    }

    private void end(final SocketPeer peer) {
        if (seed.random().nextBoolean()) {
            peer.reset();
        } else {
            peer.close();
        }
    }

    @Test
    void aThousandConnectionsThatSayNothingKeepNobodyOut() throws Exception {
        final List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                silent.add(SocketChannel.open(good.address()));
            }
            // The oldest are closed to make room; who shakes hands gets in.
            final long readBefore = good.readSoFar();
            final SocketPeer meansWell = new SocketPeer(good.address());
            meansWell.send(hello());
            TcpHarness.awaitTrue("one more", () -> connections() == 2);
            TcpHarness.awaitTrue("good traffic goes on", () -> good.readSoFar() > readBefore);
            TcpHarness.awaitTrue("made room", () -> refused() >= 1000 - 64);
            meansWell.close();
        } finally {
            for (final SocketChannel each : silent) {
                each.close();
            }
        }
        TcpHarness.awaitTrue("all gone", () -> connections() == 1);
        good.stop();
    }

    @Test
    void aStrangerThatTalksSlowlyIsNotWaitedFor() throws Exception {
        // One byte now and then; the handshake timeout of its own test is shorter.
        final SocketPeer loris = new SocketPeer(good.address());
        final ByteBuffer hello = hello();
        final int limit = hello.limit();
        for (int i = 1; i < limit; i++) {
            hello.limit(i);
            loris.send(hello);
            final long readBefore = good.readSoFar();
            TcpHarness.awaitTrue("good traffic goes on", () -> good.readSoFar() > readBefore);
        }
        assertThat(connections()).isEqualTo(1);
        loris.close();
        good.stop();
    }

    @Test
    void whoConnectsFromElsewhereIsNotEvenHeard() throws Exception {
        // INV S-01: listens on loopback only.
        assertThat(good.address().getAddress().isLoopbackAddress()).isTrue();
        final InetAddress other = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
        final InetSocketAddress elsewhere = new InetSocketAddress(other, good.address().getPort());
        try (SocketChannel socket = SocketChannel.open()) {
            assertThatThrownBy(() -> socket.connect(elsewhere)).isInstanceOf(IOException.class);
        }
        good.stop();
    }
}
