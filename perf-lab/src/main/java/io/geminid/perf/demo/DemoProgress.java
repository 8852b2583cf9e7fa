package io.geminid.perf.demo;

import io.geminid.perf.demo.job.AccessLogProgram;
import io.geminid.runtime.cluster.job.JobProgress;
import io.geminid.runtime.cluster.job.ProgressListener;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * A line that tells how the job goes: once a second in place on a terminal, every ten seconds on a
 * line of its own elsewhere. Called by the coordinator's thread; ended by the command's.
 */
final class DemoProgress implements ProgressListener {

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long QUIET_NS = 10_000_000_000L;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintWriter out;
    private final long bytesToRead;
    private final boolean terminal = System.console() != null;
    private long lastRecords;
    private long lastBytes;
    private long lastNs;

    /**
     * @param out where to
     * @param bytesToRead bytes of all input, 0 if not known
     */
    DemoProgress(final PrintWriter out, final long bytesToRead) {
        this.out = out;
        this.bytesToRead = bytesToRead;
    }

    @Override
    public synchronized void onProgress(final JobProgress progress) {
        final long elapsedNs = progress.elapsedNs() - lastNs;
        if (elapsedNs < (terminal ? SECOND_NS : QUIET_NS)) {
            return;
        }
        final long records = read(progress, AccessLogProgram.LINES_READ);
        final long bytes = read(progress, AccessLogProgram.LINE_BYTES);
        final double seconds = elapsedNs / 1e9;
        final String line =
                String.format(
                        Locale.ROOT,
                        "%4.0f s  %,d records%s  %,.0f/s  %.1f MB/s  %d credits  %d segments in use",
                        progress.elapsedNs() / 1e9,
                        records,
                        bytesToRead == 0 ? "" : " (" + 100 * bytes / bytesToRead + "%)",
                        (records - lastRecords) / seconds,
                        (bytes - lastBytes) / seconds / 1e6,
                        progress.creditsAvailable(),
                        progress.segmentsInUse());
        out.print(terminal ? ERASE_LINE + line : line + System.lineSeparator());
        out.flush();
        lastRecords = records;
        lastBytes = bytes;
        lastNs = progress.elapsedNs();
    }

    private static long read(final JobProgress progress, final String counter) {
        return progress.sum(AccessLogProgram.reported(AccessLogProgram.SEPARATE, counter));
    }

    /** Makes room for what is printed next. */
    synchronized void end() {
        if (terminal) {
            out.print(ERASE_LINE);
        }
    }
}
