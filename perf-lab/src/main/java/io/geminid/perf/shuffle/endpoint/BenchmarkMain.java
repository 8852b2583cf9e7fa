package io.geminid.perf.shuffle.endpoint;

import io.geminid.perf.child.ChildLines;
import io.geminid.perf.shuffle.ShuffleCommand;
import java.net.InetSocketAddress;

/**
 * A process under measurement: one end of one subject's stream. Arguments: subject, record bytes,
 * and for the receiving end the sender's {@code host:port}.
 *
 * <p>Tells {@link ShuffleCommand} where it listens, if it does, and answers with a {@link Sample}.
 */
public final class BenchmarkMain {

    private BenchmarkMain() {}

    /**
     * Runs one end.
     *
     * @param args see the class comment
     * @throws Exception if the stream breaks
     */
    public static void main(final String[] args) throws Exception {
        final Subject subject = Subject.named(args[0]);
        final int recordBytes = Integer.parseInt(args[1]);
        try (Endpoint endpoint =
                args.length == 2
                        ? subject.sender(recordBytes)
                        : subject.receiver(recordBytes, address(args[2]))) {
            final InetSocketAddress bound = endpoint.start();
            final Thread worker = new Thread(() -> runOrExit(endpoint), "stream");
            worker.setDaemon(true);
            worker.start();
            ChildLines.serve(
                    bound == null ? "" : bound.getHostString() + ":" + bound.getPort(),
                    (word, arguments) -> Sample.of(endpoint));
            worker.interrupt();
            worker.join(1_000);
        }
        System.exit(0);
    }

    private static void runOrExit(final Endpoint endpoint) {
        try {
            endpoint.run();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (final Exception e) {
            if (!Thread.currentThread().isInterrupted()) {
                e.printStackTrace();
                System.exit(1);
            }
        }
    }

    private static InetSocketAddress address(final String hostAndPort) {
        final int colon = hostAndPort.lastIndexOf(':');
        return new InetSocketAddress(
                hostAndPort.substring(0, colon),
                Integer.parseInt(hostAndPort.substring(colon + 1)));
    }
}
