package io.geminid.flink.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;

/** A cluster of processes, started and stopped by {@code engine-flink/flink-cluster}. */
public final class FlinkProcesses implements AutoCloseable {

    private static final long SCRIPT_TIMEOUT_SECONDS = 280;

    private final Path directory;
    private final Map<String, String> environment;

    private FlinkProcesses(final Path directory, final Map<String, String> environment) {
        this.directory = directory;
        this.environment = environment;
    }

    /** Starts a JobManager and as many TaskManagers as {@code GEMINID_TASKMANAGERS} says, or 2. */
    public static FlinkProcesses start(
            final Path directory, final Map<String, String> environment, final String... entries)
            throws IOException, InterruptedException {
        final FlinkProcesses processes = new FlinkProcesses(directory, environment);
        try {
            processes.script(Map.of(), "start", entries);
        } catch (final IllegalStateException e) {
            processes.close();
            throw e;
        }
        return processes;
    }

    /** Starts one more TaskManager. */
    public void taskManager(
            final String name, final Map<String, String> how, final String... entries)
            throws IOException, InterruptedException {
        final List<String> arguments = new ArrayList<>();
        arguments.add(name);
        arguments.addAll(List.of(entries));
        script(how, "taskmanager", arguments.toArray(new String[0]));
    }

    /** A process of the cluster. */
    public ProcessHandle process(final String name) throws IOException {
        final String pid = Files.readString(directory.resolve(name + ".pid")).trim();
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    /** What a process has logged so far. */
    public String log(final String name) throws IOException {
        return Files.readString(directory.resolve(name + ".log"));
    }

    /** Waits until a log says something; false if it does not in good time. */
    public boolean awaitLog(final String name, final String text) {
        return await(() -> says(name, text), Duration.ofMinutes(4));
    }

    private boolean says(final String name, final String text) {
        try {
            return log(name).contains(text);
        } catch (final IOException e) {
            return false;
        }
    }

    /** Waits for a condition. */
    public static boolean await(final BooleanSupplier condition, final Duration atMost) {
        final long deadlineNs = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        return true;
    }

    /** The way to the JobManager. */
    public RestClusterClient<String> client() throws Exception {
        final Configuration configuration = new Configuration();
        configuration.set(JobManagerOptions.ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.ADDRESS, "127.0.0.1");
        configuration.set(
                RestOptions.PORT,
                Integer.parseInt(Files.readString(directory.resolve("rest.port")).trim()));
        return new RestClusterClient<>(configuration, "processes");
    }

    private void script(
            final Map<String, String> how, final String command, final String... arguments)
            throws IOException, InterruptedException {
        final List<String> line = new ArrayList<>();
        line.add(Path.of("flink-cluster").toAbsolutePath().toString());
        line.add(command);
        line.add(directory.toString());
        line.addAll(List.of(arguments));
        final Path output = Files.createTempFile(directory, "script", ".txt");
        final ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        builder.environment().putAll(how);
        final Process process = builder.start();
        if (!process.waitFor(SCRIPT_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(line + " failed: " + Files.readString(output));
        }
    }

    @Override
    public void close() {
        try {
            script(Map.of(), "stop");
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
