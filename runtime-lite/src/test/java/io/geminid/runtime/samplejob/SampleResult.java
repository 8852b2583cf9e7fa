package io.geminid.runtime.samplejob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Lines of each of the sample job's sinks, sorted. */
public record SampleResult(Map<String, List<String>> lines) {

    private static final List<String> SINKS =
            List.of("windows", "totals", "seen", "joined", "apart");

    /** Sinks of which each line is final. */
    private static final List<String> LINE_BY_LINE = List.of("windows", "totals", "each", "apart");

    /** What the job must give, computed by one loop. */
    public static SampleResult expected(final SampleOptions options) {
        final Map<String, Long> windows = new TreeMap<>();
        final Map<Long, Long> totals = new TreeMap<>();
        long even = 0;
        for (long index = 0; index < options.records(); index++) {
            final SampleEvent event = options.event(index);
            final long start =
                    Math.floorDiv(event.timestamp(), SampleOptions.WINDOW_MILLIS)
                            * SampleOptions.WINDOW_MILLIS;
            windows.merge(event.key() + "," + start, event.value(), Long::sum);
            totals.merge(event.key(), event.value(), Long::sum);
            even += index % 2 == 0 ? 1 : 0;
        }
        final int parallelism = options.parallelism().get(SampleOptions.PARTS - 1);
        final List<String> windowLines = new ArrayList<>();
        windows.forEach((window, sum) -> windowLines.add(window + "," + sum));
        final List<String> totalLines = new ArrayList<>();
        totals.forEach((key, sum) -> totalLines.add(key + "," + sum));
        final Map<String, List<String>> lines = new TreeMap<>();
        lines.put("windows", sorted(windowLines));
        lines.put("totals", sorted(totalLines));
        lines.put("seen", Collections.nCopies(parallelism, Long.toString(options.records())));
        lines.put("joined", List.of(options.records() + "," + even * parallelism));
        final long apart = options.apart() ? options.records() : 0;
        lines.put("apart", sorted(LongStream.range(0, apart).mapToObj(Long::toString).toList()));
        return new SampleResult(lines);
    }

    /** What the job gave. */
    public static SampleResult read(final SampleOptions options) {
        final Map<String, List<String>> lines = new TreeMap<>();
        for (final String sink : SINKS) {
            final List<String> found = read(options, sink);
            lines.put(sink, sorted(sink.equals("joined") ? summed(found) : found));
        }
        return new SampleResult(lines);
    }

    /** Lines of one sink. */
    static List<String> read(final SampleOptions options, final String sink) {
        final List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of(options.output()), sink + "-*.csv")) {
            for (final Path file : files) {
                found.addAll(Files.readAllLines(file));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /**
     * Whether these lines are all in another result, each as often at most.
     *
     * <p>What is counted until the end only is not looked at.
     */
    public boolean isPartOf(final SampleResult whole) {
        for (final String sink : LINE_BY_LINE) {
            final Map<String, Integer> left = new HashMap<>();
            whole.lines.getOrDefault(sink, List.of()).forEach(l -> left.merge(l, 1, Integer::sum));
            for (final String line : lines.getOrDefault(sink, List.of())) {
                if (left.merge(line, -1, Integer::sum) < 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Adds up what the subtasks counted; a rebalance does not say who gets which. */
    private static List<String> summed(final List<String> counts) {
        long first = 0;
        long second = 0;
        for (final String line : counts) {
            final String[] parts = line.split(",");
            first += Long.parseLong(parts[0]);
            second += Long.parseLong(parts[1]);
        }
        return List.of(first + "," + second);
    }

    private static List<String> sorted(final List<String> lines) {
        return lines.stream().sorted().toList();
    }
}
