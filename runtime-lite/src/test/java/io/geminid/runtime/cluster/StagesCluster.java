package io.geminid.runtime.cluster;

import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.job.JobProgress;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.runtime.samplejob.StagesProgram;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A cluster that runs the job of three stages under a name: in this process, or as a process of its
 * own with those of its workers, to be killed by a test.
 */
final class StagesCluster implements AutoCloseable {

    static final int WIDTH = 3;
    static final int RESTARTS = 9;

    private static final int WORKERS = 2;
    private static final String FINISHED = "finished=";

    private final Process coordinator;
    private final List<Long> workers = new ArrayList<>();

    private StagesCluster(final Process coordinator) {
        this.coordinator = coordinator;
    }

    static SampleOptions options(final Path output) {
        return SampleOptions.of(output, WIDTH).withRecords(20_000);
    }

    /** With a slot for each subtask of a stage, and one to spare. */
    static ProcessCluster here(final Path service) throws ClusterException {
        return ProcessCluster.start(
                new ClusterConfig(
                        WORKERS,
                        2,
                        TestProperties.small(
                                Map.of(
                                        SortMergeOptions.SERVICE_DIRECTORY.name(),
                                        service.toString(),
                                        CheckpointSettings.JOB.name(),
                                        "three stages",
                                        CheckpointSettings.RESTARTS.name(),
                                        Integer.toString(RESTARTS)))),
                ProcessOptions.ofThisProcess().withHeapBytes(128L << 20));
    }

    static JobRequest request(final Path output, final Path holds) {
        return StagesProgram.request(options(output), holds);
    }

    /** Where it reads and writes. */
    record Places(Path service, Path output, Path holds) {}

    /** Starts one, and waits until all subtasks of a stage wait for their file. */
    static StagesCluster startUntil(final String stage, final Places places) throws IOException {
        final StagesCluster started = start(stage, places);
        if (!started.readUntil(line -> line.equals("waits"))) {
            started.kill();
            throw new IOException("the cluster has ended");
        }
        return started;
    }

    /** Starts one, and waits until so many of its subtasks have finished, or the job has ended. */
    static StagesCluster startUntil(final int finished, final Places places) throws IOException {
        final StagesCluster started = start("none", places);
        started.readUntil(
                line ->
                        line.startsWith(FINISHED)
                                && Integer.parseInt(line.substring(FINISHED.length())) >= finished);
        return started;
    }

    private static StagesCluster start(final String stage, final Places places) throws IOException {
        final ProcessOptions options = ProcessOptions.ofThisProcess();
        return new StagesCluster(
                new ProcessBuilder(
                                options.java().toString(),
                                "-ea",
                                "-cp",
                                options.classPath(),
                                StagesCluster.class.getName(),
                                stage,
                                places.service.toString(),
                                places.output.toString(),
                                places.holds.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    /** False if the process has ended before. */
    private boolean readUntil(final Predicate<String> last) throws IOException {
        final BufferedReader lines = coordinator.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !last.test(line)) {
            if (line.startsWith("workers=[")) {
                for (final String pid : line.replaceAll("[^0-9,]", "").split(",")) {
                    workers.add(Long.valueOf(pid));
                }
            }
            line = lines.readLine();
        }
        return line != null;
    }

    /**
     * Prints who the workers are, then how it goes, and whether a stage waits.
     *
     * @param args stage, directory of the service, of the output, of the files to wait for
     */
    public static void main(final String[] args) throws Exception {
        final ProcessCluster cluster = here(Path.of(args[1]));
        System.out.println("workers=" + cluster.workerPids());
        final ProgressListener listener =
                progress -> {
                    System.out.println(
                            FINISHED
                                    + progress.tasks().stream()
                                            .filter(task -> task.state().equals("FINISHED"))
                                            .count());
                    if (waits(progress, args[0])) {
                        System.out.println("waits");
                    }
                };
        cluster.run(request(Path.of(args[2]), Path.of(args[3])), listener);
        Runtime.getRuntime().halt(0); // when it is over nobody is asked whether that is well
    }

    static boolean waits(final JobProgress progress, final String stage) {
        return progress.tasks().stream()
                        .filter(task -> task.isOf(stage))
                        .filter(task -> task.state().equals("INITIALIZING"))
                        .count()
                == WIDTH;
    }

    List<Long> workers() {
        return workers;
    }

    /** All processes at once, with -9. */
    void kill() {
        kill(workers);
    }

    /** The coordinator and some of its workers, with -9. */
    void kill(final List<Long> some) {
        final List<ProcessHandle> killed =
                some.stream().flatMap(pid -> ProcessHandle.of(pid).stream()).toList();
        coordinator.destroyForcibly();
        killed.forEach(ProcessHandle::destroyForcibly);
        coordinator.onExit().join();
        killed.forEach(each -> each.onExit().join());
    }

    @Override
    public void close() {
        kill();
    }
}
