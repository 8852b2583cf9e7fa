package io.geminid.runtime.cluster.process;

import io.geminid.runtime.cluster.message.WorkerBoot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker process that this process has started. Its lines are handed on by two threads, and the
 * last ones kept for messages. Any thread.
 */
public final class WorkerProcess {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    /** Lines kept: enough for the cause of a death, and for one screen. */
    private static final int LAST_LINES_MAX = 20;

    /** What a shell adds to the number of the signal that ended a process. */
    private static final int SIGNAL_BASE = 128;

    private static final long KILL_TIMEOUT_SECONDS = 10;

    private final Process process;
    private final Deque<String> lastLines = new ArrayDeque<>(); // guarded by itself
    private final CompletableFuture<Void> standardRead = new CompletableFuture<>();
    private final CompletableFuture<Void> errorRead = new CompletableFuture<>();

    private volatile String name;

    private WorkerProcess(final String name, final Process process) {
        this.name = name;
        this.process = process;
    }

    /**
     * Where a worker's lines go.
     *
     * @param standard takes the lines of standard output
     * @param error takes the worker's name and the lines of standard error
     */
    public record Lines(Consumer<String> standard, BiConsumer<String, String> error) {}

    /**
     * Starts a process and tells it what it must know.
     *
     * @param name of the worker
     * @param command binary and arguments
     * @param boot written to its standard input, which then stays open until {@link #dismiss}
     * @param lines where its lines go; each called by a thread of its own
     * @param threads makes these threads
     * @return the process
     * @throws IOException if the binary cannot be run; names it
     */
    public static WorkerProcess launch(
            final String name,
            final List<String> command,
            final WorkerBoot boot,
            final Lines lines,
            final ThreadFactory threads)
            throws IOException {
        final Process process = new ProcessBuilder(command).start();
        final WorkerProcess worker = new WorkerProcess(name, process);
        threads.newThread(
                        () ->
                                worker.forward(
                                        process.getInputStream(),
                                        lines.standard(),
                                        worker.standardRead))
                .start();
        threads.newThread(
                        () ->
                                worker.forward(
                                        process.getErrorStream(),
                                        line -> lines.error().accept(worker.name, line),
                                        worker.errorRead))
                .start();
        worker.tell(boot);
        return worker;
    }

    private void tell(final WorkerBoot boot) {
        try {
            boot.writeTo(process.getOutputStream());
        } catch (final IOException e) {
            LOG.debug("{} died before it was told anything", name, e); // its exit tells more
        }
    }

    /**
     * Has a process that was launched to stand by become a worker.
     *
     * @param newName of the worker
     * @param boot its own
     */
    public void become(final String newName, final WorkerBoot boot) {
        name = newName;
        tell(boot);
    }

    /**
     * @return name of the worker
     */
    public String name() {
        return name;
    }

    /**
     * @return its process id
     */
    public long pid() {
        return process.pid();
    }

    /**
     * @return whether it runs
     */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Completes when the process has ended and its lines were read.
     *
     * @return the exit code
     */
    public CompletableFuture<Integer> exited() {
        return process.onExit()
                .thenCombine(standardRead, (exited, read) -> exited)
                .thenCombine(errorRead, (exited, read) -> exited.exitValue());
    }

    /**
     * What is known of its life, waiting a little for the exit code of a process that is ending.
     *
     * @param waitMillis how long to wait
     * @return as name=value
     */
    public String describe(final long waitMillis) {
        if (!waitFor(waitMillis)) {
            return "pid=" + pid() + " still running";
        }
        final int code = process.exitValue();
        final String exit = "pid=" + pid() + " exitCode=" + code;
        if (code > SIGNAL_BASE) {
            return exit + " signal=" + (code - SIGNAL_BASE);
        }
        final List<String> lines = lastLines();
        return lines.isEmpty() ? exit : exit + " lastLine=" + lines.get(lines.size() - 1);
    }

    /**
     * @return what it wrote last, standard output and error mixed
     */
    public List<String> lastLines() {
        synchronized (lastLines) {
            return List.copyOf(lastLines);
        }
    }

    /** Lets the process know that nobody needs it any more. */
    public void dismiss() {
        try {
            process.getOutputStream().close();
        } catch (final IOException e) {
            LOG.debug("{} has closed its input", name, e);
        }
    }

    /**
     * Waits for the end of a process that was dismissed, and kills it after a time.
     *
     * @param graceMillis how long to wait before killing it
     */
    public void stop(final long graceMillis) {
        if (!waitFor(graceMillis)) {
            LOG.warn("{} pid={} does not end, killing it", name, pid());
            kill();
        }
    }

    /** Kills the process and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        if (!waitFor(TimeUnit.SECONDS.toMillis(KILL_TIMEOUT_SECONDS))) {
            LOG.error("{} pid={} was killed and is still there", name, pid());
        }
    }

    private boolean waitFor(final long millis) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(millis, TimeUnit.MILLISECONDS);
                } catch (final InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void forward(
            final InputStream stream,
            final Consumer<String> lines,
            final CompletableFuture<Void> done) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                keep(line);
                lines.accept(line);
            }
        } catch (final IOException e) {
            LOG.debug("{} closed its output", name, e);
        } finally {
            done.complete(null);
        }
    }

    private void keep(final String line) {
        synchronized (lastLines) {
            if (lastLines.size() == LAST_LINES_MAX) {
                lastLines.removeFirst();
            }
            lastLines.addLast(line);
        }
    }
}
