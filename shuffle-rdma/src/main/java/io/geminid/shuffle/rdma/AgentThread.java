package io.geminid.shuffle.rdma;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for an agent that waits by what has paid so far: it looks again a number of times before
 * it sleeps, more often while looking finds something, and hardly ever on a host whose cores have
 * other things to do.
 */
final class AgentThread implements AgentRunner {

    /** Looks before sleeping, where there are cores to spare: some tens of microseconds. */
    private static final int LOOKS_MAX = 4096;

    /** The same on a small host: whoever spins there takes the core from whom he waits for. */
    private static final int LOOKS_MAX_SMALL_HOST = 16;

    private static final int CORES_OF_SMALL_HOST = 3;

    private static final long CLOSE_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(15);
    private static final Logger LOG = LoggerFactory.getLogger(AgentThread.class);

    private final int looksMax =
            Runtime.getRuntime().availableProcessors() > CORES_OF_SMALL_HOST
                    ? LOOKS_MAX
                    : LOOKS_MAX_SMALL_HOST;
    private Thread thread;

    @Override
    public long nowNs() {
        return System.nanoTime();
    }

    @Override
    public void start(final RdmaAgent agent) {
        thread = new Thread(() -> run(agent), "geminid-rdma");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(final RdmaAgent agent) {
        int looks = looksMax;
        int left = looks;
        while (!agent.isClosed()) {
            try {
                if (agent.doWork() > 0) {
                    if (left < looks) {
                        looks = Math.min(looksMax, 2 * looks);
                    }
                    left = looks;
                } else if (left-- > 0) {
                    Thread.onSpinWait();
                } else {
                    agent.park();
                    looks = Math.max(1, looks / 2);
                    left = looks;
                }
            } catch (final RuntimeException | Error e) {
                LOG.error("a duty cycle failed", e);
            }
        }
    }

    @Override
    public boolean awaitClosed(final RdmaAgent agent) {
        boolean interrupted = false;
        try {
            thread.join(CLOSE_TIMEOUT_MS);
        } catch (final InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
