package io.geminid.shuffle.transport;

import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.link.LinkContext;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;

/** A transport on a {@link MemoryFabric}: all its connections run on the thread that steps. */
public final class MemoryTransport implements Transport {

    private final MemoryFabric fabric;
    private final LinkContext context;
    private ConnectionListener listener;
    private BooleanSupplier paused = () -> false;
    private boolean closed;

    MemoryTransport(final MemoryFabric fabric, final LinkContext links) {
        this.fabric = fabric;
        this.context = links;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public InetSocketAddress start(final ConnectionListener acceptor) {
        listener = acceptor;
        return fabric.listen(this);
    }

    @Override
    public void connect(final InetSocketAddress address, final ConnectionListener outcome) {
        fabric.connect(this, address, outcome);
    }

    @Override
    public TransportCounters counters() {
        return context.counters();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        fabric.forget(this);
        fabric.closeConnections(
                this, new TransportException(Reason.CLOSED_HERE, "transport closed"));
        fabric.drain(this);
    }

    /**
     * Lets a process stop for a while.
     *
     * @param whether asked before each step: true while it does nothing
     */
    public void pauseWhile(final BooleanSupplier whether) {
        paused = whether;
    }

    boolean isPaused() {
        return paused.getAsBoolean();
    }

    boolean isClosed() {
        return closed;
    }

    MemoryFabric fabric() {
        return fabric;
    }

    LinkContext context() {
        return context;
    }

    ConnectionListener listener() {
        return listener;
    }
}
