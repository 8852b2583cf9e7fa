package io.geminid.runtime.simulation.scenario;

import io.geminid.runtime.simulation.scenario.ScenarioRun.Outcome;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Runs many seeds on all processors. Prints a line for each that fails, and at the end how many ran
 * and what none of them reached.
 */
final class Campaign {

    /** So many seeds run twice, to see that a run depends on its seed only. */
    private static final int TWICE_EVERY = 1_000;

    private static final long PROGRESS_NS = 10_000_000_000L;

    private final long first;
    private final long count;
    private final int failuresMax;
    private final Path directory;
    private final AtomicLong next = new AtomicLong();
    private final Map<Sometimes, Long> reached = new EnumMap<>(Sometimes.class);
    private final List<Outcome> failures = new ArrayList<>();
    private final long startNs = System.nanoTime();
    private long lastNs = startNs;
    private long done;

    /**
     * @param first the first seed; the others follow
     * @param count how many
     * @param failuresMax after how many failures it ends
     * @param directory for the files of runs
     */
    Campaign(final long first, final long count, final int failuresMax, final Path directory) {
        this.first = first;
        this.count = count;
        this.failuresMax = failuresMax;
        this.directory = directory;
    }

    /**
     * Runs all.
     *
     * @param threads how many at a time
     * @return this
     */
    Campaign run(final int threads) throws InterruptedException {
        final List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            final Thread thread = new Thread(this::runSeeds, "campaign-" + i);
            thread.start();
            all.add(thread);
        }
        for (final Thread thread : all) {
            thread.join();
        }
        return this;
    }

    List<Outcome> failures() {
        return failures;
    }

    /** What so many seeds should have reached, and none of them has. */
    List<Sometimes> missing() {
        return Stream.of(Sometimes.values())
                .filter(state -> state.isExpected(done) && !reached.containsKey(state))
                .toList();
    }

    /** How many ran, how long, and what was reached how often. */
    String summary() {
        final StringBuilder text = new StringBuilder();
        for (final Sometimes state : Sometimes.values()) {
            text.append(String.format("%,10d  %s%n", reached.getOrDefault(state, 0L), state));
        }
        return text.append(
                        String.format(
                                "seeds=%d first=%d failed=%d states=%d missing=%s seconds=%.0f",
                                done,
                                first,
                                failures.size(),
                                reached.size(),
                                missing(),
                                (System.nanoTime() - startNs) / 1e9))
                .toString();
    }

    private void runSeeds() {
        for (long n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
            final Outcome outcome = runOne(first + n, directory);
            final boolean same =
                    outcome.failure() != null
                            || n % TWICE_EVERY != 0
                            || runOne(first + n, directory).trace() == outcome.trace();
            if (!note(outcome, same)) {
                return;
            }
        }
    }

    /** Runs a seed in a directory that is gone afterwards. */
    static Outcome runOne(final long seed, final Path directory) {
        try {
            final Path output = Files.createTempDirectory(directory, "seed-");
            try {
                return ScenarioRun.of(seed, output);
            } finally {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(output)) {
                    for (final Path file : files) {
                        Files.delete(file);
                    }
                }
                Files.delete(output);
            }
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private synchronized boolean note(final Outcome outcome, final boolean same) {
        done++;
        outcome.reached().forEach(state -> reached.merge(state, 1L, Long::sum));
        if (outcome.failure() != null || !same) {
            failures.add(outcome);
            System.out.printf(
                    CampaignMain.FAILED + "%d: %s%n",
                    outcome.scenario().seed(),
                    same ? outcome.failure() : "another trace when run twice");
        }
        final long nowNs = System.nanoTime();
        if (nowNs - lastNs > PROGRESS_NS) {
            lastNs = nowNs;
            System.out.printf(
                    "%d of %d seeds, %d failed, %.0f a second%n",
                    done, count, failures.size(), done / ((nowNs - startNs) / 1e9));
        }
        return failures.size() < failuresMax;
    }
}
