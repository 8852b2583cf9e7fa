package io.geminid.runtime.cluster.control;

import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.cluster.message.ControlCodec;
import io.geminid.runtime.cluster.message.ControlMessage;
import io.geminid.runtime.cluster.message.FromWorker;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A link within a process: messages go through the codec and then onto the peer's event loop. Makes
 * no thread, so a simulator decides when what arrives.
 */
public final class InMemoryControl {

    private InMemoryControl() {}

    /**
     * Connects a worker with a coordinator. The link's commands keep their order if the loops do.
     *
     * @param workerLoop where the worker is told
     * @param coordinatorLoop where the coordinator is told
     * @param acceptor of the coordinator
     * @return makes the worker's end
     */
    public static ControlConnector connector(
            final EventLoop workerLoop,
            final EventLoop coordinatorLoop,
            final ControlAcceptor acceptor) {
        return (hello, listeners) -> {
            final End worker = new End("coordinator", workerLoop);
            final End coordinator = new End(hello.name(), coordinatorLoop);
            worker.other = coordinator;
            coordinator.other = worker;
            worker.listener = listeners.apply(worker);
            coordinatorLoop.execute(() -> coordinator.greet(acceptor, hello));
        };
    }

    private static final class End implements ControlLink {

        private final String peer;
        private final EventLoop loop;
        private final ControlCodec codec = new ControlCodec();
        private End other;
        private volatile boolean closed;
        private ControlListener listener; // on the loop only, once the link is made

        End(final String peer, final EventLoop loop) {
            this.peer = peer;
            this.loop = loop;
        }

        void greet(final ControlAcceptor acceptor, final FromWorker.Hello hello) {
            listener = Objects.requireNonNull(acceptor.onWorker(this, hello), "listener");
        }

        @Override
        public synchronized boolean send(final ControlMessage message) {
            if (closed) {
                return false;
            }
            final ByteBuffer frame = codec.encode(message);
            other.loop.execute(() -> other.receive(frame));
            return true;
        }

        @Override
        public void close(final String reason) {
            loop.execute(() -> end(reason));
            other.loop.execute(() -> other.end("peer closed"));
        }

        @Override
        public String peer() {
            return peer;
        }

        private void receive(final ByteBuffer frame) {
            if (!closed) {
                final int length = ControlCodec.readLength(frame, ControlCodec.LENGTH_MAX);
                listener.onMessage(ControlCodec.decode(frame, length));
            }
        }

        private void end(final String reason) {
            if (!closed) {
                closed = true;
                listener.onClosed(reason);
            }
        }
    }
}
