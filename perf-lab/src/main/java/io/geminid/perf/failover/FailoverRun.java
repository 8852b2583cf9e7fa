package io.geminid.perf.failover;

import io.geminid.config.GeminidProperties;
import io.geminid.perf.CommandFailure;
import io.geminid.perf.TestNetwork;
import io.geminid.runtime.cluster.Cluster.RunningJob;
import io.geminid.runtime.cluster.ClusterConfig;
import io.geminid.runtime.cluster.ClusterException;
import io.geminid.runtime.cluster.ProcessCluster;
import io.geminid.runtime.cluster.ProcessOptions;
import io.geminid.runtime.cluster.checkpoint.CheckpointTotals;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.KeepMode;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.shuffle.ShuffleServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** One job whose workers are killed, one after the other, until it is told to stop. */
final class FailoverRun {

    /** A worker process that does not come back within this is a failure of the job. */
    private static final long RECOVERY_SECONDS_MAX = 300;

    private static final long POLL_MILLIS = 2;

    private final Plan plan;
    private final Random random;
    private final List<Long> recoveriesNs = new ArrayList<>();
    private int kills;

    /**
     * What to do.
     *
     * @param directory empty, for output, marks and checkpoints
     * @param properties of the cluster
     * @param workers processes
     * @param keys of the state
     * @param valueBytes of each
     * @param cycles how often a worker is killed, and the recovery awaited
     * @param again in how many of 100 cycles another worker is killed during the recovery
     * @param pauseMillisMax longest time from one recovery to the next kill
     * @param seed of the moments and the workers
     */
    record Plan(
            Path directory,
            GeminidProperties properties,
            int workers,
            int keys,
            int valueBytes,
            int cycles,
            int again,
            int pauseMillisMax,
            long seed) {}

    /**
     * What happened.
     *
     * @param recoveriesNs from a kill to the first record that the next attempt has processed, of
     *     those cycles with one kill only
     * @param kills how many
     * @param checkpoints of the job
     * @param findings in the output
     */
    record Outcome(
            List<Long> recoveriesNs,
            int kills,
            CheckpointTotals checkpoints,
            FailoverOutput.Findings findings) {}

    FailoverRun(final Plan plan) {
        this.plan = plan;
        random = new Random(plan.seed);
    }

    Outcome run() throws IOException, InterruptedException {
        Files.createDirectories(FailoverProgram.outputOf(plan.directory));
        Files.createDirectories(FailoverProgram.marksOf(plan.directory));
        final ClusterConfig config = new ClusterConfig(plan.workers, 1, plan.properties);
        final JobResult result;
        try (ProcessCluster cluster =
                ProcessCluster.start(
                        config,
                        ProcessOptions.ofThisProcess().withEntriesOfWorker(this::entriesOf))) {
            final RunningJob job =
                    cluster.submit(
                            FailoverProgram.request(
                                    plan.directory, plan.workers, plan.keys, plan.valueBytes),
                            ProgressListener.NONE);
            awaitAttempt(job, 0);
            keep(job, KeepMode.CHECKPOINT); // the state is there, and can be restored
            for (int cycle = 0; cycle < plan.cycles; cycle++) {
                cycle(cluster, job);
            }
            keep(job, KeepMode.SAVEPOINT_AND_STOP);
            result = job.await();
        } catch (final ClusterException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
        if (result.status() != JobStatus.CANCELED) {
            throw new CommandFailure("the job failed: " + result.failure());
        }
        return new Outcome(
                recoveriesNs,
                kills,
                result.checkpoints(),
                new FailoverOutput(plan.keys).check(FailoverProgram.outputOf(plan.directory)));
    }

    /** Whoever has RDMA devices for this gives each worker one. */
    private Map<String, String> entriesOf(final int worker) {
        return plan.properties.get(ShuffleServices.SERVICE).equals("tcp")
                ? Map.of()
                : TestNetwork.entries(worker);
    }

    private void cycle(final ProcessCluster cluster, final RunningJob job)
            throws IOException, InterruptedException {
        pause(job, random.nextInt(1 + plan.pauseMillisMax));
        final int before = attempts();
        kill(cluster);
        final long killedNs = System.nanoTime();
        final boolean again = random.nextInt(100) < plan.again;
        if (again) {
            pause(job, random.nextInt(800));
            kill(cluster);
        }
        awaitAttempt(job, before + 1);
        if (!again) {
            recoveriesNs.add(System.nanoTime() - killedNs);
        }
    }

    private void kill(final ProcessCluster cluster) {
        final List<Long> pids = cluster.workerPids();
        if (!pids.isEmpty()) {
            final long pid = pids.get(random.nextInt(pids.size()));
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            kills++;
        }
    }

    /** Waits until a subtask of this attempt or a later one has processed a record. */
    private void awaitAttempt(final RunningJob job, final int attempt)
            throws IOException, InterruptedException {
        final long beganNs = System.nanoTime();
        while (attempts() < attempt) {
            pause(job, POLL_MILLIS);
            if (System.nanoTime() - beganNs > TimeUnit.SECONDS.toNanos(RECOVERY_SECONDS_MAX)) {
                throw new CommandFailure(
                        "no record of attempt="
                                + attempt
                                + " within seconds="
                                + RECOVERY_SECONDS_MAX);
            }
        }
    }

    /** The largest attempt that has left a mark, -1 for none. */
    private int attempts() throws IOException {
        try (Stream<Path> marks = Files.list(FailoverProgram.marksOf(plan.directory))) {
            return marks.map(mark -> mark.getFileName().toString())
                    .mapToInt(name -> Integer.parseInt(name.substring(0, name.indexOf('-'))))
                    .max()
                    .orElse(-1);
        }
    }

    /** Lets time pass, unless the job ends. */
    private static void pause(final RunningJob job, final long millis) throws InterruptedException {
        try {
            final JobResult ended = job.result().get(millis, TimeUnit.MILLISECONDS);
            throw new CommandFailure("the job ended: " + ended.failure());
        } catch (final TimeoutException e) {
            return; // as it should
        } catch (final ExecutionException e) {
            throw new IllegalStateException("a job's result is never exceptional", e);
        }
    }

    /** Asks until it works: a recovery gives up what is under way. */
    private void keep(final RunningJob job, final KeepMode mode) throws InterruptedException {
        while (true) {
            try {
                job.keep(mode).get();
                return;
            } catch (final ExecutionException e) {
                pause(job, 10);
            }
        }
    }
}
