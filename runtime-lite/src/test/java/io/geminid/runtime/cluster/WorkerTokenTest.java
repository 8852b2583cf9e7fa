package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.shuffle.transport.HostileFrames;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever reaches a worker's shuffle port must prove that it knows the cluster's token. */
class WorkerTokenTest {

    private static final String PORT = "geminid.tcp.port";
    private static final int PORTS = 16;
    private static final int SEGMENT_BYTES = 4 << 10;
    private static final int PATIENCE_MS = 60_000;

    @TempDir Path output;

    // S-03
    @Test
    void aStrangerIsNotLetIn() throws Exception {
        final int first = freePort();
        final GeminidProperties properties =
                TestProperties.small(
                        Map.of(PORT, first + "-" + (first + PORTS - 1)),
                        List.of(ConfigKey.text(PORT, "0", "of the transport")));
        try (Cluster cluster = EmbeddedCluster.start(new ClusterConfig(2, 1, properties))) {
            final SampleOptions options = SampleOptions.of(output, 2).withRecords(500);
            assertThat(cluster.run(options.request(), ProgressListener.NONE).failure()).isEmpty();
            int workers = 0;
            for (int port = first; port < first + PORTS; port++) {
                workers += isRefusedAt(port) ? 1 : 0;
            }
            assertThat(workers).isEqualTo(2);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // Below those that the system gives to others.
            return 10_000 + any.getLocalPort() % 10_000;
        }
    }

    /** Greets without a proof; true if the answer is that the token is missing. */
    private static boolean isRefusedAt(final int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream()
                    .write(HostileFrames.hello(new UUID(1, 2), SEGMENT_BYTES).array());
            final byte[] answer = socket.getInputStream().readNBytes(FrameHeader.LENGTH_BYTES);
            if (answer.length < FrameHeader.LENGTH_BYTES) {
                return false; // somebody else's
            }
            final FrameHeader header =
                    new FrameHeader()
                            .wrap(ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN), 0);
            return header.type() == FrameType.GOODBYE && header.value() == Reason.BAD_TOKEN.code();
        } catch (final ConnectException e) {
            return false;
        }
    }
}
