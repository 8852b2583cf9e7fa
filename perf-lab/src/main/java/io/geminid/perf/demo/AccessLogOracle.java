package io.geminid.perf.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The main job's result by other means: a regular expression, the library's dates, and plain loops
 * over each client's sorted times. Shares no code with the job.
 */
final class AccessLogOracle {

    private static final Pattern LINE =
            Pattern.compile("^(\\S+) \\S+ \\S+ \\[([^\\]]+)\\] \".*\" \\d+ (\\d+|-)( .*)?$");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d/MMM/uuuu:HH:mm:ss Z", Locale.ENGLISH);

    private static final long GAP_SECONDS = 30 * 60;

    private final Map<String, List<Long>> times = new TreeMap<>();

    static AccessLogOracle of(final Path file) throws IOException {
        return new AccessLogOracle(Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream());
    }

    AccessLogOracle(final Stream<String> lines) {
        lines.map(LINE::matcher)
                .filter(Matcher::matches)
                .forEach(
                        match ->
                                times.computeIfAbsent(match.group(1), client -> new ArrayList<>())
                                        .add(
                                                ZonedDateTime.parse(match.group(2), TIME)
                                                        .toEpochSecond()));
        times.values().forEach(Collections::sort);
    }

    /** Calls for each client with the number of its requests. */
    void forEachClient(final BiConsumer<String, Integer> visitor) {
        times.forEach((client, all) -> visitor.accept(client, all.size()));
    }

    /** Calls for each session. */
    void forEachSession(final Consumer<Span> visitor) {
        times.forEach(
                (client, all) -> {
                    int first = 0;
                    for (int i = 1; i <= all.size(); i++) {
                        if (i == all.size() || all.get(i) - all.get(i - 1) > GAP_SECONDS) {
                            visitor.accept(
                                    new Span(client, all.get(first), all.get(i - 1), i - first));
                            first = i;
                        }
                    }
                });
    }

    /** A session; its text is a line of the results. */
    record Span(String client, long firstSecond, long lastSecond, int requests) {

        Span later(final long seconds) {
            return new Span(client, firstSecond + seconds, lastSecond + seconds, requests);
        }

        @Override
        public String toString() {
            return client + "," + firstSecond + "," + lastSecond + "," + requests;
        }
    }

    /** {@code client,requests}, sorted. */
    List<String> clients() {
        final List<String> lines = new ArrayList<>();
        forEachClient((client, requests) -> lines.add(client + "," + requests));
        Collections.sort(lines);
        return lines;
    }

    /** {@code client,firstEpochSecond,lastEpochSecond,requests}, sorted. */
    List<String> sessions() {
        final List<String> lines = new ArrayList<>();
        forEachSession(session -> lines.add(session.toString()));
        Collections.sort(lines);
        return lines;
    }
}
