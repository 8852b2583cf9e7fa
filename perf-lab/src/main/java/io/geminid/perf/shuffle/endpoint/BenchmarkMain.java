package io.geminid.perf.shuffle.endpoint;

import io.geminid.perf.child.ChildLines;
import io.geminid.perf.shuffle.ShuffleCommand;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A process under measurement: one end of one subject's stream. Arguments: subject, the sender's
 * {@code host:port} or {@value #NONE} for the sender itself, and a {@link Setup}.
 *
 * <p>Tells {@link ShuffleCommand} where it listens, if it does, and answers with a {@link Sample}.
 */
public final class BenchmarkMain {

    /** Tells the end that is connected to where the other one is. */
    public static final String PEER = "peer";

    /** In place of an address. */
    public static final String NONE = "-";

    private BenchmarkMain() {}

    /**
     * Runs one end.
     *
     * @param args see the class comment
     * @throws Exception if the stream breaks
     */
    public static void main(final String[] args) throws Exception {
        final Subject subject = Subject.named(args[0]);
        final Setup setup = Setup.of(List.of(args).subList(2, args.length));
        try (Endpoint endpoint =
                args[1].equals(NONE)
                        ? subject.sender(setup)
                        : subject.receiver(setup, address(args[1]))) {
            final InetSocketAddress bound = endpoint.start();
            final Thread worker = new Thread(() -> runOrExit(endpoint), "stream");
            worker.setDaemon(true);
            worker.start();
            ChildLines.serve(
                    bound == null ? "" : bound.getHostString() + ":" + bound.getPort(),
                    (word, arguments) -> answer(endpoint, word, arguments));
            worker.interrupt();
            worker.join(1_000);
        }
        System.exit(0);
    }

    private static Object answer(
            final Endpoint endpoint, final String word, final String[] arguments) {
        if (word.equals(PEER)) {
            endpoint.peer(address(arguments[0]));
            return "";
        }
        return Sample.of(endpoint);
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
