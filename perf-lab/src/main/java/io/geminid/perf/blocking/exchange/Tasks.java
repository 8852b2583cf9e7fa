package io.geminid.perf.blocking.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads of the producers or consumers of an exchange. */
public final class Tasks {

    private Tasks() {}

    /** One producer or consumer. */
    @FunctionalInterface
    public interface Body {

        /**
         * Does all of its work.
         *
         * @param task its number
         * @return what it read
         * @throws Exception ends the measurement
         */
        Tally run(int task) throws Exception;
    }

    /**
     * Runs all at once and waits for their ends.
     *
     * @param tasks how many
     * @param body of each
     * @return what all of them read
     * @throws Exception of the first that failed
     */
    public static Tally run(final int tasks, final Body body) throws Exception {
        final ExecutorService threads = Executors.newFixedThreadPool(tasks);
        try {
            final List<Future<Tally>> all = new ArrayList<>();
            for (int i = 0; i < tasks; i++) {
                final int task = i;
                all.add(threads.submit(() -> body.run(task)));
            }
            Tally total = Tally.EMPTY;
            for (final Future<Tally> each : all) {
                total = total.plus(each.get());
            }
            return total;
        } catch (final ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            threads.shutdownNow();
        }
    }
}
