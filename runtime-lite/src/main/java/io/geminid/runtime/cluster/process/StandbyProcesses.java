package io.geminid.runtime.cluster.process;

import io.geminid.runtime.cluster.loop.EventLoop;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes that wait, warm, until one of them becomes a worker. Those that die meanwhile, and
 * those that were taken, have others follow them.
 *
 * <p>Everything happens on one event loop; {@link #pids}, {@link #dismiss} and {@link #stop} may be
 * called by any thread.
 */
public final class StandbyProcesses {

    private static final Logger LOG = LoggerFactory.getLogger(StandbyProcesses.class);

    /** Not at once: a job that begins again needs the processors more, and some die at once. */
    private static final long NEXT_DELAY_NS = 500_000_000;

    private final int wanted;
    private final Launcher launcher;
    private final EventLoop loop;
    private final List<WorkerProcess> processes = new CopyOnWriteArrayList<>();
    private volatile boolean dismissed;

    /** Starts a process that waits. */
    @FunctionalInterface
    public interface Launcher {

        /**
         * Starts one.
         *
         * @return the process
         * @throws IOException if it cannot be started
         */
        WorkerProcess launch() throws IOException;
    }

    /**
     * Starts nothing yet.
     *
     * @param wanted how many shall wait
     * @param launcher starts one
     * @param loop where everything happens
     */
    public StandbyProcesses(final int wanted, final Launcher launcher, final EventLoop loop) {
        this.wanted = wanted;
        this.launcher = launcher;
        this.loop = loop;
    }

    /** Starts those that are missing. */
    public void fill() {
        processes.removeIf(process -> !process.isAlive());
        while (!dismissed && processes.size() < wanted) {
            try {
                final WorkerProcess process = launcher.launch();
                processes.add(process);
                if (dismissed) {
                    process.dismiss();
                }
                process.exited().thenRun(this::fillSoon);
            } catch (final IOException e) {
                LOG.error("no process can stand by", e);
                return;
            }
        }
    }

    /**
     * Takes one; another one will follow.
     *
     * @return {@code null} if none lives
     */
    public WorkerProcess poll() {
        fillSoon();
        while (!processes.isEmpty()) {
            final WorkerProcess process = processes.remove(0);
            if (process.isAlive()) {
                return process;
            }
        }
        return null;
    }

    private void fillSoon() {
        if (wanted > 0 && !dismissed) {
            loop.schedule(NEXT_DELAY_NS, this::fill);
        }
    }

    /**
     * @return process ids of those that wait
     */
    public List<Long> pids() {
        return processes.stream().filter(WorkerProcess::isAlive).map(WorkerProcess::pid).toList();
    }

    /** Lets all know that nobody needs them any more; none follows. */
    public void dismiss() {
        dismissed = true;
        processes.forEach(WorkerProcess::dismiss);
    }

    /**
     * Waits for the end of those that were dismissed, and kills them after a time.
     *
     * @param graceMillis how long to wait for each
     */
    public void stop(final long graceMillis) {
        processes.forEach(process -> process.stop(graceMillis));
    }
}
