package io.geminid.shuffle.transport;

import io.geminid.shuffle.transport.link.LinkContext;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A network in memory, run by the calling thread one step at a time, in an order that depends on a
 * seed only. Bytes arrive in pieces of any size, everything that can be late is late at times, and
 * nothing happens between two steps.
 */
public final class MemoryFabric implements TransportHarness {

    private static final int STEPS_MAX = 5_000_000;
    private static final int PORT_FIRST = 20_000;

    /** Ports from here on are cuttable ways to the port that many lower. */
    private static final int CUTTABLE = 20_000;

    private final Random random;
    private final List<MemoryTransport> transports = new ArrayList<>();
    private final Map<Integer, MemoryTransport> listening = new HashMap<>();
    private final List<MemoryConnection> connections = new ArrayList<>();
    private final Set<MemoryPipe> cuttable = new HashSet<>();
    private long steps;

    /** Whoever closes a transport waits for it: nobody is paused meanwhile. */
    private boolean draining;

    /** Ports given so far: one that was closed is not given again. */
    private int listened;

    /**
     * @param random decides what happens next
     */
    public MemoryFabric(final Random random) {
        this.random = random;
    }

    @Override
    public MemoryTransport transport(final LinkContext links) {
        final MemoryTransport transport = new MemoryTransport(this, links);
        transports.add(transport);
        return transport;
    }

    /**
     * Does one thing.
     *
     * @return false if there is nothing to do
     */
    public boolean step() {
        steps++;
        final int count = connections.size();
        if (count == 0) {
            return false;
        }
        final int first = random.nextInt(count);
        for (int i = 0; i < count; i++) {
            final MemoryConnection connection = connections.get((first + i) % count);
            if ((draining || !connection.isPaused()) && connection.step()) {
                return true;
            }
            if (connection.isOver()) {
                connections.remove(connection);
                return true;
            }
        }
        return false;
    }

    /**
     * @return things done so far
     */
    public long steps() {
        return steps;
    }

    @Override
    public void settle() {
        for (int i = 0; i < STEPS_MAX; i++) {
            if (!step()) {
                return;
            }
        }
        throw new AssertionError("still busy after steps=" + STEPS_MAX);
    }

    @Override
    public void await(final String what, final BooleanSupplier condition) {
        for (int i = 0; i < STEPS_MAX && !condition.getAsBoolean(); i++) {
            if (!step() && !condition.getAsBoolean()) {
                throw new AssertionError("nothing left to do, and still not: " + what);
            }
        }
        if (!condition.getAsBoolean()) {
            throw new AssertionError("not after steps=" + STEPS_MAX + ": " + what);
        }
    }

    @Override
    public void progress() {
        step();
    }

    @Override
    public InetSocketAddress cuttable(final InetSocketAddress target) {
        return address(target.getPort() + CUTTABLE);
    }

    @Override
    public void cut() {
        cuttable.forEach(MemoryPipe::cut);
        cuttable.clear();
    }

    /**
     * Breaks one of the connections there are, whichever: what is under way on it is lost.
     *
     * @return false if there is none
     */
    public boolean cutAny() {
        if (connections.isEmpty()) {
            return false;
        }
        connections.get(random.nextInt(connections.size())).cut();
        return true;
    }

    /**
     * The process of a transport is killed: it hears of nothing any more, and its peers see the end
     * of what it had sent.
     *
     * @param transport made by this
     */
    public void crash(final MemoryTransport transport) {
        forget(transport);
        for (final MemoryConnection each : List.copyOf(connections)) {
            if (each.isOf(transport)) {
                each.vanish();
                connections.remove(each);
            }
        }
    }

    @Override
    public RawPeer raw(final InetSocketAddress target) {
        final MemoryPipe there = new MemoryPipe(random);
        final MemoryPipe back = new MemoryPipe(random);
        accept(target, there, back);
        return new Raw(there, back);
    }

    @Override
    public void close() {
        transports.forEach(MemoryTransport::close);
    }

    Random random() {
        return random;
    }

    InetSocketAddress listen(final MemoryTransport transport) {
        final int port = PORT_FIRST + listened++;
        listening.put(port, transport);
        return address(port);
    }

    void forget(final MemoryTransport transport) {
        listening.values().remove(transport);
    }

    void connect(
            final MemoryTransport from,
            final InetSocketAddress target,
            final ConnectionListener listener) {
        final boolean mayBeCut = target.getPort() >= PORT_FIRST + CUTTABLE;
        final int port = target.getPort() - (mayBeCut ? CUTTABLE : 0);
        final MemoryPipe there = new MemoryPipe(random);
        final MemoryPipe back = new MemoryPipe(random);
        if (mayBeCut) {
            cuttable.add(there);
            cuttable.add(back);
        }
        final boolean found = !from.isClosed() && accept(address(port), there, back);
        final MemoryConnection connection =
                new MemoryConnection(from, listener, new MemoryPipe.Ends(back, there), true);
        connections.add(connection);
        if (found) {
            connection.start(target);
        } else {
            connection.refuse(target);
        }
    }

    private boolean accept(
            final InetSocketAddress target, final MemoryPipe there, final MemoryPipe back) {
        final MemoryTransport transport = listening.get(target.getPort());
        if (transport == null) {
            return false;
        }
        final MemoryConnection connection =
                new MemoryConnection(
                        transport, transport.listener(), new MemoryPipe.Ends(there, back), false);
        connections.add(connection);
        connection.start(address(1));
        return true;
    }

    /** Lets one transport's connections work until they are over. */
    void drain(final MemoryTransport transport) {
        draining = true;
        await(
                "connections of " + transport.name() + " closed",
                () ->
                        connections.stream()
                                .noneMatch(each -> each.isOf(transport) && !each.isEnded()));
        draining = false;
    }

    void closeConnections(final MemoryTransport transport, final TransportException reason) {
        for (final MemoryConnection each : List.copyOf(connections)) {
            if (each.isOf(transport)) {
                each.close(reason);
            }
        }
    }

    private static InetSocketAddress address(final int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** The far end of a link that no transport is at. */
    private static final class Raw implements RawPeer {

        private final MemoryPipe there;
        private final MemoryPipe back;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();

        Raw(final MemoryPipe there, final MemoryPipe back) {
            this.there = there;
            this.back = back;
        }

        @Override
        public void send(final ByteBuffer bytes) {
            while (bytes.hasRemaining() && !there.abandoned()) {
                there.put(bytes, bytes.remaining());
            }
        }

        @Override
        public void hangUp() {
            there.end();
            back.abandon();
        }

        @Override
        public boolean closedByTransport() {
            take();
            return back.ended();
        }

        @Override
        public ByteBuffer received() {
            take();
            return ByteBuffer.wrap(received.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        }

        private void take() {
            final ByteBuffer bytes = ByteBuffer.allocate(back.size());
            back.take(bytes, bytes.remaining());
            received.write(bytes.array(), 0, bytes.position());
        }
    }
}
