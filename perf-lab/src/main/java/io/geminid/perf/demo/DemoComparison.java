package io.geminid.perf.demo;

import io.geminid.perf.demo.job.GeneratedLogSource;
import io.geminid.perf.demo.log.AccessLogGenerator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Compares committed results with {@link AccessLogOracle}'s, line by line but in any order: as the
 * number of lines and the sum of their hashes, so that a repeated input needs no more memory than
 * one reading of it.
 */
final class DemoComparison {

    /** More lines than this would take too much of this process's memory. */
    static final long LINES_MAX = 5_000_000;

    private final AccessLogOracle oracle;
    private final int loop;
    private final long shiftSeconds;

    /**
     * @param input files; if there are none the generated log is compared
     * @param generated lines of the generated log
     * @param loop how often the job has read it
     * @param shiftSeconds how much later each time
     */
    DemoComparison(
            final List<Path> input, final long generated, final int loop, final long shiftSeconds) {
        this.loop = loop;
        this.shiftSeconds = shiftSeconds;
        oracle = new AccessLogOracle(input.isEmpty() ? generated(generated) : lines(input));
    }

    private static Stream<String> lines(final List<Path> input) {
        return input.stream()
                .flatMap(
                        file -> {
                            try {
                                return Files.lines(file, StandardCharsets.ISO_8859_1);
                            } catch (final IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
    }

    private static Stream<String> generated(final long count) {
        final AccessLogGenerator generator = new AccessLogGenerator(count, GeneratedLogSource.SEED);
        return LongStream.range(0, count).mapToObj(generator::line);
    }

    /** Whether the clients' files hold the expected lines, each once. */
    boolean clientsAgree(final List<Path> parts) throws IOException {
        final Digest expected = new Digest();
        oracle.forEachClient((client, requests) -> expected.add(client + "," + requests * loop));
        return expected.equals(Digest.of(parts));
    }

    /** Whether the sessions' files hold the expected lines, each once. */
    boolean sessionsAgree(final List<Path> parts) throws IOException {
        final Digest expected = new Digest();
        oracle.forEachSession(
                session -> {
                    for (int i = 0; i < loop; i++) {
                        expected.add(session.later(i * shiftSeconds).toString());
                    }
                });
        return expected.equals(Digest.of(parts));
    }

    /** Lines in any order. */
    private static final class Digest {

        private long lines;
        private long sum;

        static Digest of(final List<Path> parts) throws IOException {
            final Digest digest = new Digest();
            for (final Path part : parts) {
                try (BufferedReader reader = Files.newBufferedReader(part)) {
                    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                        digest.add(line);
                    }
                }
            }
            return digest;
        }

        void add(final String line) {
            long hash = 0xcbf29ce484222325L; // FNV-1a
            for (int i = 0; i < line.length(); i++) {
                hash = (hash ^ line.charAt(i)) * 0x100000001b3L;
            }
            hash ^= hash >>> 32;
            sum += hash * 0x9e3779b97f4a7c15L;
            lines++;
        }

        boolean equals(final Digest other) {
            return lines == other.lines && sum == other.sum;
        }
    }
}
