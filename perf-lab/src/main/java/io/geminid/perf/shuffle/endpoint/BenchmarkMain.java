package io.geminid.perf.shuffle.endpoint;

import io.geminid.perf.shuffle.ShuffleCommand;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * A process under measurement: one end of one subject's stream. Arguments: subject, record bytes,
 * and for the receiving end the sender's {@code host:port}.
 *
 * <p>Talks with {@link ShuffleCommand} by lines: says {@code ready [host:port]}, answers each
 * {@code sample}, and ends with {@code quit} or with its standard input, so that it never outlives
 * the command.
 */
public final class BenchmarkMain {

    /** The word of its first line. */
    public static final String READY = "ready";

    /** The word that ends it. */
    public static final String QUIT = "quit";

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
            say(
                    bound == null
                            ? READY
                            : READY + " " + bound.getHostString() + ":" + bound.getPort());
            answer(endpoint);
            worker.interrupt();
            worker.join(1_000);
        }
        System.exit(0);
    }

    private static void answer(final Endpoint endpoint) throws Exception {
        final BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = commands.readLine();
        while (line != null && !line.equals(QUIT)) {
            say(Sample.of(endpoint).toString());
            line = commands.readLine();
        }
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

    private static void say(final String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static InetSocketAddress address(final String hostAndPort) {
        final int colon = hostAndPort.lastIndexOf(':');
        return new InetSocketAddress(
                hostAndPort.substring(0, colon),
                Integer.parseInt(hostAndPort.substring(colon + 1)));
    }
}
