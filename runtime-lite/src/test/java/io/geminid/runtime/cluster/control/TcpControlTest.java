package io.geminid.runtime.cluster.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.cluster.message.ControlCodec;
import io.geminid.runtime.cluster.message.ControlMessage;
import io.geminid.runtime.cluster.message.ControlToken;
import io.geminid.runtime.cluster.message.FromCoordinator;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Workers are let in by their token; everybody else is put out and counted. */
class TcpControlTest {

    private static final long WAIT_SECONDS = 60;

    @RegisterExtension final Seed seed = new Seed();

    private final AtomicLong nowNs = new AtomicLong();
    private final ControlToken token = ControlToken.random(seed.random());
    private final List<Thread> threads = new ArrayList<>();
    private final ThreadFactory factory =
            command -> {
                final Thread thread = new Thread(command);
                threads.add(thread);
                return thread;
            };
    private final Recorder atCoordinator = new Recorder();
    private final BlockingQueue<ControlLink> links = new LinkedBlockingQueue<>();
    private TcpControl coordinator;
    private InetSocketAddress address;

    private static final class Recorder implements ControlListener {
        private final BlockingQueue<ControlMessage> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

        @Override
        public void onMessage(final ControlMessage message) {
            messages.add(message);
        }

        @Override
        public void onClosed(final String reason) {
            closed.add(reason);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        coordinator = new TcpControl(factory, nowNs::get);
        address =
                coordinator.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        token,
                        (link, hello) -> {
                            links.add(link);
                            return atCoordinator;
                        });
    }

    @AfterEach
    void noThreadOrPortIsLeft() throws Exception {
        coordinator.close();
        for (final Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(WAIT_SECONDS));
            assertThat(thread.isAlive()).isFalse();
        }
        assertThatThrownBy(() -> new Socket(address.getAddress(), address.getPort()).close())
                .isInstanceOf(IOException.class);
    }

    private ControlLink connect(
            final TcpControl worker, final ControlToken shown, final Recorder recorder)
            throws IOException {
        final AtomicReference<ControlLink> link = new AtomicReference<>();
        worker.connector(address)
                .connect(
                        hello(shown),
                        made -> {
                            link.set(made);
                            return recorder;
                        });
        return link.get();
    }

    private static FromWorker.Hello hello(final ControlToken shown) {
        return new FromWorker.Hello(shown, 1, new UUID(1, 2), 3, 4, 5);
    }

    private static <T> T next(final BlockingQueue<T> queue) throws InterruptedException {
        final T element = queue.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(element).isNotNull();
        return element;
    }

    @Test
    void messagesOfAnySizeArriveInOrderBothWays() throws Exception {
        try (TcpControl worker = new TcpControl(factory, nowNs::get)) {
            final Recorder atWorker = new Recorder();
            final ControlLink link = connect(worker, token, atWorker);
            final ControlLink back = next(links);
            final List<ControlMessage> sent = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                final String text = "x".repeat(seed.random().nextInt(i % 20 == 0 ? 200_000 : 100));
                final ControlMessage message =
                        new FromCoordinator.PrepareJob(i, 0, text, List.of(text));
                sent.add(message);
                assertThat(back.send(message)).isTrue();
                assertThat(link.send(new FromWorker.Alive())).isTrue();
            }
            for (final ControlMessage message : sent) {
                assertThat(next(atWorker.messages)).isEqualTo(message);
                assertThat(next(atCoordinator.messages)).isEqualTo(new FromWorker.Alive());
            }
            assertThat(coordinator.refused()).isZero();
        }
        assertThat(next(atCoordinator.closed)).contains("closed");
    }

    @Test
    void aLinkThatIsClosedTellsBothEnds() throws Exception {
        try (TcpControl worker = new TcpControl(factory, nowNs::get)) {
            final Recorder atWorker = new Recorder();
            final ControlLink link = connect(worker, token, atWorker);
            next(links).close("had enough");

            assertThat(next(atCoordinator.closed)).isEqualTo("had enough");
            assertThat(next(atWorker.closed)).contains("closed");
            assertThat(link.send(new FromWorker.Alive())).isFalse();
        }
    }

    @Test
    void aWrongTokenIsRefused() throws Exception {
        try (TcpControl worker = new TcpControl(factory, nowNs::get)) {
            final Recorder atWorker = new Recorder();
            connect(worker, ControlToken.random(seed.random()), atWorker);

            next(atWorker.closed);
            assertThat(coordinator.refused()).isEqualTo(1);
            assertThat(links).isEmpty();
        }
    }

    @Test
    void whoDoesNotSpeakTheLanguageIsRefused() throws Exception {
        final byte[] garbage = new byte[100];
        seed.random().nextBytes(garbage);
        final byte[] http = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes();
        final byte[] early = bytes(new FromWorker.Alive());
        final byte[] broken = bytes(hello(token));
        broken[broken.length - 1] ^= 1;
        final byte[] hugeClaim = Arrays.copyOf(bytes(hello(token)), ControlCodec.HEADER_BYTES);
        hugeClaim[11] = 127; // the highest byte of the length

        int refused = 0;
        for (final byte[] bytes : List.of(garbage, http, early, broken, hugeClaim)) {
            try (Socket stranger = new Socket(address.getAddress(), address.getPort())) {
                stranger.getOutputStream().write(bytes);
                assertThat(endOf(stranger)).isTrue();
            }
            assertThat(coordinator.refused()).isEqualTo(++refused);
        }
        assertThat(links).isEmpty();
    }

    @Test
    void whoSaysNothingIsRefusedAfterATime() throws Exception {
        try (Socket stranger = new Socket(address.getAddress(), address.getPort())) {
            stranger.getOutputStream().write(bytes(hello(token)), 0, 20);
            while (coordinator.refused() == 0) {
                nowNs.addAndGet(TcpControl.HELLO_TIMEOUT_NS / 3);
            }
            assertThat(endOf(stranger)).isTrue();
        }
    }

    @Test
    void strangersAreBounded() throws Exception {
        final List<Socket> strangers = new ArrayList<>();
        for (int i = 0; i <= TcpControl.STRANGERS_MAX; i++) {
            strangers.add(new Socket(address.getAddress(), address.getPort()));
        }
        assertThat(endOf(strangers.get(TcpControl.STRANGERS_MAX))).isTrue();
        assertThat(coordinator.refused()).isEqualTo(1);
        for (final Socket stranger : strangers) {
            stranger.close();
        }
        try (TcpControl worker = new TcpControl(factory, nowNs::get)) {
            // Once they are gone there is room again.
            while (links.isEmpty()) {
                final Recorder atWorker = new Recorder();
                final ControlLink link = connect(worker, token, atWorker);
                while (links.isEmpty() && atWorker.closed.isEmpty()) {
                    Thread.onSpinWait();
                }
                link.close("done");
            }
        }
    }

    @Test
    void whoLetsMessagesPileUpIsGivenUp() throws Exception {
        try (Socket lazy = new Socket(address.getAddress(), address.getPort())) {
            lazy.getOutputStream().write(bytes(hello(token)));
            final ControlLink link = next(links);
            final FromCoordinator.PrepareJob large =
                    new FromCoordinator.PrepareJob(1, 0, "x".repeat(1 << 20), List.of());
            long sentBytes = 0;
            while (link.send(large)) {
                sentBytes += 1 << 20;
                assertThat(sentBytes).isLessThan(4 * ControlLink.WAITING_BYTES_MAX);
            }
            assertThat(next(atCoordinator.closed)).contains("waitingBytesMax");
        }
    }

    @Test
    void aPortInUseCannotBeHad() throws IOException {
        try (TcpControl other = new TcpControl(factory, nowNs::get)) {
            assertThatThrownBy(() -> other.listen(address, token, (link, hello) -> null))
                    .isInstanceOf(BindException.class);
        }
    }

    @Test
    void nobodyThereIsToldWithTheAddress() throws IOException {
        final InetSocketAddress nobody =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        try (TcpControl worker = new TcpControl(factory, nowNs::get)) {
            assertThatThrownBy(
                            () ->
                                    worker.connector(nobody)
                                            .connect(hello(token), link -> new Recorder()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("coordinator=" + nobody);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static byte[] bytes(final ControlMessage message) {
        final ByteBuffer frame = new ControlCodec().encode(message);
        final byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    /** Whether the other end has closed. */
    private static boolean endOf(final Socket socket) throws IOException {
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(WAIT_SECONDS));
        final InputStream in = socket.getInputStream();
        try {
            return in.read() < 0;
        } catch (final SocketException reset) {
            return true;
        }
    }
}
