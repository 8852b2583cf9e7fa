package io.geminid.runtime.simulation.scenario;

import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.samplejob.SampleResult;
import io.geminid.runtime.simulation.SimulatedCluster;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs what a seed stands for and checks it.
 *
 * <p>If faults end, the job must end too, with the result of a single loop (liveness). If they do
 * not, the run is broken off, and what was committed by then must be part of that result (safety).
 */
final class ScenarioRun {

    /** After this, in simulated time, a job among endless faults is broken off. */
    private static final long BREAK_OFF_NS = TimeUnit.SECONDS.toNanos(3);

    /** Steps after which it is broken off in any case. */
    private static final int BREAK_OFF_STEPS = 60_000;

    /**
     * In simulated time: longer than all that anybody waits for somebody else, and less than until
     * the next checkpoint if none is needed.
     */
    private static final long LIVE_AFTER_FAULTS_NS = TimeUnit.MINUTES.toNanos(10);

    private ScenarioRun() {}

    /**
     * What came of a seed.
     *
     * @param scenario what it stood for
     * @param trace equal for equal runs; 0 if it failed
     * @param reached what was reached
     * @param failure null if all was well
     * @param lastMessages what was said before the end
     */
    record Outcome(
            Scenario scenario,
            int trace,
            Set<Sometimes> reached,
            Throwable failure,
            String lastMessages) {}

    /**
     * Runs a seed.
     *
     * @param seed of everything
     * @param output an empty directory
     * @return what came of it
     */
    static Outcome of(final long seed, final Path output) {
        final Scenario scenario = Scenario.of(seed, output);
        final Observations observations = new Observations(scenario);
        int trace = 0;
        Throwable failure = null;
        try {
            trace = run(scenario, observations);
        } catch (final Exception | AssertionError | StackOverflowError e) {
            failure = e;
        }
        return new Outcome(
                scenario, trace, observations.reached(), failure, observations.lastMessages());
    }

    private static int run(final Scenario scenario, final Observations observations)
            throws IOException {
        final Random random = new Random(scenario.seed() ^ 0x5DEECE66DL);
        final SimulatedCluster cluster =
                new SimulatedCluster(random, scenario.shape(observations), scenario.properties());
        final Faults faults =
                new Faults(scenario, cluster, observations, new Random(random.nextLong()));
        final Random parallelism = new Random(random.nextLong());
        final Supplier<JobRequest> requests =
                () -> {
                    observations.onSubmitted();
                    return scenario.job().request(parallelism);
                };
        observations.onMoment(faults::on);
        faults.begin();
        if (scenario.live()) {
            final JobResult result =
                    cluster.run(requests, () -> faults.lastNs() + LIVE_AFTER_FAULTS_NS);
            checkResult(scenario, observations, result);
            cluster.settle();
            require(cluster.segmentsHeld() == 0, "segmentsHeld=" + cluster.segmentsHeld());
            checkDirectory(scenario);
        } else {
            cluster.runUntilBrokenOff(requests, BREAK_OFF_NS, BREAK_OFF_STEPS);
            checkPart(scenario);
        }
        observations.checkFiles();
        return cluster.simulation().trace();
    }

    private static void checkResult(
            final Scenario scenario, final Observations observations, final JobResult result) {
        require(
                result.status() == JobStatus.FINISHED,
                "status=" + result.status() + " failure=" + result.failure());
        final SampleResult expected = scenario.job().expected();
        final SampleResult found = scenario.job().found();
        require(expected.equals(found), "expected=" + expected + " found=" + found);
        if (result.checkpoints().timedOut() > 0) {
            observations.reach(Sometimes.CHECKPOINT_TIMED_OUT);
            // Where nothing goes wrong, a checkpoint that does not end waits for what never comes.
            require(
                    observations.faults() > 0 || scenario.isTight(),
                    "timedOut=" + result.checkpoints().timedOut());
        }
        if (scenario.job().options().records() == 0) {
            observations.reach(Sometimes.JOB_WITHOUT_RECORDS);
        }
        if (observations.faults() == 0) {
            observations.reach(Sometimes.RUN_WITHOUT_FAULTS);
        } else if (observations.faults() >= 5) {
            observations.reach(Sometimes.FINISHED_AFTER_FIVE_FAULTS);
        }
    }

    /** Nothing is left of attempts that came to nothing (INV T3). */
    private static void checkDirectory(final Scenario scenario) throws IOException {
        final List<Path> left = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of(scenario.job().options().output()), ".*")) {
            files.forEach(left::add);
        }
        require(left.isEmpty(), "left=" + left);
    }

    /** Whatever was committed is right and there once; that not all is there is no mistake. */
    private static void checkPart(final Scenario scenario) {
        final SampleResult expected = scenario.job().expected();
        final SampleResult found = scenario.job().found();
        require(found.isPartOf(expected), "expected=" + expected + " found=" + found);
    }

    private static void require(final boolean right, final String otherwise) {
        if (!right) {
            throw new AssertionError(otherwise);
        }
    }
}
