package io.geminid.runtime.simulation;

import io.geminid.runtime.cluster.control.ControlAcceptor;
import io.geminid.runtime.cluster.control.ControlConnector;
import io.geminid.runtime.cluster.control.ControlLink;
import io.geminid.runtime.cluster.control.ControlListener;
import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.cluster.message.ControlCodec;
import io.geminid.runtime.cluster.message.ControlMessage;
import io.geminid.runtime.cluster.message.FromWorker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Links between coordinator and workers: messages keep their order, take a while, and are lost with
 * the link.
 */
final class SimulatedLinks {

    private final Simulation simulation;
    private final Random random;
    private final long delayNsMax;
    private final EventLoop ether;
    private final Consumer<ControlMessage> onSending;
    private final BiConsumer<String, ControlMessage> onDelivery;
    private final List<End> ends = new ArrayList<>();

    /**
     * @param delayNsMax longest that a message takes
     * @param onSending told what goes on its way
     * @param onDelivery told on which worker's link what arrives
     */
    SimulatedLinks(
            final Simulation simulation,
            final Random random,
            final long delayNsMax,
            final Consumer<ControlMessage> onSending,
            final BiConsumer<String, ControlMessage> onDelivery) {
        this.simulation = simulation;
        this.random = random;
        this.delayNsMax = delayNsMax;
        this.onSending = onSending;
        this.onDelivery = onDelivery;
        ether = simulation.ether().newLoop();
    }

    /** Where one end of a link is. */
    record Place(Simulation.Node node, EventLoop loop) {}

    ControlConnector connector(
            final Place workerPlace, final Place coordinatorPlace, final ControlAcceptor acceptor) {
        return (hello, listeners) -> {
            final End worker = new End("coordinator", hello.name(), workerPlace);
            final End coordinator = new End(hello.name(), hello.name(), coordinatorPlace);
            worker.other = coordinator;
            coordinator.other = worker;
            ends.add(worker);
            ends.add(coordinator);
            worker.listener = listeners.apply(worker);
            worker.deliver(() -> coordinator.greet(acceptor, hello));
        };
    }

    /** The link of somebody breaks: both ends hear of it, each when it does. */
    void cut(final Simulation.Node node) {
        for (final End end : List.copyOf(ends)) {
            if (end.place.node == node) {
                end.lose("connection reset");
            }
        }
    }

    /** The process of somebody is gone: what it had sent arrives, and then the end of the link. */
    void hangUp(final Simulation.Node node) {
        for (final End end : List.copyOf(ends)) {
            if (end.place.node == node) {
                end.closed = true;
                ends.remove(end);
                end.deliver(() -> end.other.end("connection reset by peer"));
            }
        }
    }

    /** The link of somebody goes silent: neither end hears anything any more. */
    void silence(final Simulation.Node node) {
        for (final End end : ends) {
            if (end.place.node == node) {
                end.silent = true;
                end.other.silent = true;
            }
        }
    }

    private long delayNs() {
        return delayNsMax == 0 ? 0 : (long) (delayNsMax * Math.pow(random.nextDouble(), 4));
    }

    private final class End implements ControlLink {

        private final String peer;
        private final String worker;
        private final Place place;
        private final ControlCodec codec = new ControlCodec();
        private End other;
        private boolean closed;
        private boolean silent;
        private long lastDueNs;
        private ControlListener listener;

        End(final String peer, final String worker, final Place place) {
            this.peer = peer;
            this.worker = worker;
            this.place = place;
        }

        /** Has something happen at the other end, after all that was sent before. */
        private void deliver(final Runnable arrival) {
            lastDueNs = Math.max(lastDueNs, simulation.nowNs() + delayNs());
            ether.schedule(
                    lastDueNs - simulation.nowNs(),
                    () -> {
                        if (!other.place.node.isCrashed() && !silent) {
                            other.place.loop.execute(arrival);
                        }
                    });
        }

        private void greet(final ControlAcceptor acceptor, final FromWorker.Hello hello) {
            listener = acceptor.onWorker(this, hello);
        }

        @Override
        public boolean send(final ControlMessage message) {
            onSending.accept(message);
            if (closed) {
                return false;
            }
            final ByteBuffer frame = codec.encode(message);
            deliver(() -> other.receive(frame));
            return true;
        }

        @Override
        public void close(final String reason) {
            place.loop.execute(() -> end(reason));
            deliver(() -> other.end("peer closed"));
        }

        private void lose(final String reason) {
            closed = true;
            other.closed = true;
            // Nothing that is under way arrives, and each end learns of it in its own time.
            silent = true;
            other.silent = true;
            tell(reason);
            other.tell(reason);
        }

        private void tell(final String reason) {
            ether.schedule(
                    delayNs(),
                    () -> {
                        if (!place.node.isCrashed() && ends.remove(this)) {
                            place.loop.execute(() -> tellListener(reason));
                        }
                    });
        }

        /** Asked here: who was paused when the peer's greeting arrived knows of the peer by now. */
        private void tellListener(final String reason) {
            if (listener != null) {
                listener.onClosed(reason);
            }
        }

        @Override
        public String peer() {
            return peer;
        }

        private void receive(final ByteBuffer frame) {
            if (!closed) {
                final int length = ControlCodec.readLength(frame, ControlCodec.LENGTH_MAX);
                final ControlMessage message = ControlCodec.decode(frame, length);
                onDelivery.accept(worker, message);
                listener.onMessage(message);
            }
        }

        private void end(final String reason) {
            if (!closed) {
                closed = true;
                ends.remove(this);
                listener.onClosed(reason);
            }
        }
    }
}
