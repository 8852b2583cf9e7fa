package io.geminid.perf.demo;

import io.geminid.perf.demo.job.AccessLogProgram;
import io.geminid.runtime.cluster.ProcessCluster;
import io.geminid.runtime.cluster.job.JobProgress;
import io.geminid.runtime.cluster.job.ProgressListener;
import java.io.PrintWriter;
import java.util.List;

/**
 * Kills a worker process in the middle of the job, as {@code kill -9} does: once, when part of the
 * input was read. Called by the coordinator's thread.
 */
final class DemoKiller implements ProgressListener {

    /** Part of the input that is read before. */
    private static final int PART = 3;

    private final ProgressListener next;
    private final long linesToRead;
    private final long bytesToRead;
    private final PrintWriter out;
    private volatile ProcessCluster cluster;
    private volatile long killed;

    /**
     * @param next told too
     * @param linesToRead lines of all input, 0 if not known
     * @param bytesToRead bytes of all input, 0 if not known
     * @param out says what was done
     */
    DemoKiller(
            final ProgressListener next,
            final long linesToRead,
            final long bytesToRead,
            final PrintWriter out) {
        this.next = next;
        this.linesToRead = linesToRead;
        this.bytesToRead = bytesToRead;
        this.out = out;
    }

    /** Says whose workers there are. */
    void aim(final ProcessCluster target) {
        cluster = target;
    }

    /** Process id of the worker that was killed, 0 if none was. */
    long killed() {
        return killed;
    }

    @Override
    public void onProgress(final JobProgress progress) {
        next.onProgress(progress);
        final ProcessCluster target = cluster;
        if (target == null || killed != 0) {
            return;
        }
        final long lines = read(progress, AccessLogProgram.LINES_READ);
        final long bytes = read(progress, AccessLogProgram.LINE_BYTES);
        final boolean inTheMiddle =
                linesToRead > 0 ? lines >= linesToRead / PART : bytes >= bytesToRead / PART;
        final List<Long> pids = target.workerPids();
        if (lines > 0 && inTheMiddle && !pids.isEmpty()) {
            final long pid = pids.get(pids.size() - 1);
            killed = pid;
            out.printf("killing a worker with -9: pid=%d after %,d records%n", pid, lines);
            out.flush();
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private static long read(final JobProgress progress, final String counter) {
        return progress.sum(AccessLogProgram.reported(AccessLogProgram.SEPARATE, counter));
    }
}
