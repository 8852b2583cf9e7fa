package io.geminid.runtime.cluster.coordinator;

import io.geminid.memory.TooFewSegmentsException;
import io.geminid.runtime.cluster.coordinator.RegionExecution.Phase;
import io.geminid.runtime.cluster.job.JobFailure;
import io.geminid.runtime.cluster.job.JobFailures;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.cluster.message.FailureText;
import io.geminid.runtime.cluster.message.FromCoordinator;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.cluster.message.TaskCounters;
import io.geminid.runtime.cluster.results.KeptResults;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.execution.ExecutionGraph;
import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskRestore;
import io.geminid.runtime.task.TaskState;
import io.geminid.shuffle.descriptor.ProducerDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one job. A region gets slots when its inputs are complete, then workers build the graph, all
 * of its tasks are deployed, and run once all are. A failure has regions begin again, those that
 * {@link io.geminid.runtime.schedule.RestartSet} says, or ends the job; its result is known when
 * everything is given back.
 *
 * <p>The coordinator's loop only.
 */
final class JobMaster {

    private static final Logger LOG = LoggerFactory.getLogger(JobMaster.class);

    /** A checkpoint that is being written is known to be complete or not in a moment. */
    private static final long RESTART_POLL_NS = 1_000_000;

    /** Where failures are that no worker has. */
    private static final String HERE = "coordinator";

    private final Coordinator coordinator;
    private final EventLoop loop;
    private final long jobId;
    private final JobRequest request;
    private final ProgressListener listener;
    private final CompletableFuture<JobResult> result = new CompletableFuture<>();
    private final JobReports reports;
    private final KeptResults results;
    private final JobFailures failures = new JobFailures();
    private final Map<TaskId, JobTask> tasks = new LinkedHashMap<>();

    /** Addresses of each worker's shuffle services, from the workers that are prepared. */
    private final Map<Integer, Map<String, InetSocketAddress>> prepared = new HashMap<>();

    /** Workers that have something of the job. */
    private final Map<Integer, WorkerHandle> involved = new TreeMap<>();

    private final Set<Integer> released = new HashSet<>();

    /** Regions that begin again when all of them hold nothing. */
    private final Set<RegionExecution> again = new LinkedHashSet<>();

    private JobPhase phase = JobPhase.CREATED;
    private boolean cancelRequested;

    /** It would fail in the same way again. */
    private boolean hopeless;

    private ExecutionGraph graph;
    private DeploymentPlan plan;
    private JobRegions regions;
    private MasterCheckpoints checkpoints;

    /** The bulk whose waiting for slots is timed. */
    private List<RegionExecution> watched;

    private boolean restartScheduled;
    private int restarts;

    JobMaster(
            final Coordinator coordinator,
            final long jobId,
            final JobRequest request,
            final ProgressListener listener) {
        this.coordinator = coordinator;
        this.loop = coordinator.context().loop();
        this.jobId = jobId;
        this.request = request;
        this.listener = listener;
        reports = new JobReports(coordinator, tasks);
        checkpoints = new MasterCheckpoints(coordinator.context(), jobId, tasks, involved);
        results = new KeptResults(loop, coordinator.context().checkpoints().io());
    }

    long jobId() {
        return jobId;
    }

    CompletableFuture<JobResult> result() {
        return result;
    }

    void start() {
        loop.schedule(coordinator.context().timings().progressIntervalNs(), this::tellProgress);
        try {
            final JobGraph jobGraph =
                    coordinator.context().graphs().apply(request.program(), request.arguments());
            graph = new ExecutionGraph(jobId, jobGraph);
            plan = coordinator.plan(graph);
            regions = new JobRegions(coordinator, graph, plan, tasks);
        } catch (final RuntimeException | LinkageError e) {
            failForGood(HERE, FailureText.of(e, false));
            return;
        }
        if (graph.jobGraph().isBatch()) {
            checkpoints = MasterCheckpoints.none(jobId, tasks, involved);
            regions.resume(results, request, this::onOpened);
        } else {
            checkpoints.open(graph, this::onOpened);
        }
    }

    private void onOpened(final Throwable failure) {
        if (phase == JobPhase.CREATED && failure != null) {
            failForGood(HERE, FailureText.of(failure, false));
        } else if (phase == JobPhase.CREATED) {
            become(JobPhase.RUNNING);
            regions.start();
            retryAllocation();
            releaseJobIfOver(); // if an earlier coordinator has done it all
        }
    }

    private void failForGood(final String where, final FailureText failure) {
        hopeless = true;
        fail(List.of(), where, failure);
    }

    // Slots and memory.

    /** There may be slots now. */
    void retryAllocation() {
        if (phase != JobPhase.RUNNING) {
            return;
        }
        regions.dequeue(this::allocate);
        final List<RegionExecution> waiting = regions.firstQueued();
        if (waiting != null && waiting != watched) {
            watched = waiting;
            final long timeoutNs = coordinator.context().timings().slotTimeoutNs();
            loop.schedule(timeoutNs, () -> onSlotTimeout(waiting, timeoutNs));
        }
    }

    /** Nobody who could give slots back is left, and there are too few. */
    private void onSlotTimeout(final List<RegionExecution> waiting, final long timeoutNs) {
        if (phase != JobPhase.RUNNING || waiting != regions.firstQueued()) {
            return;
        }
        if (!regions.allMatch(Phase::holdsNothing)) {
            loop.schedule(timeoutNs, () -> onSlotTimeout(waiting, timeoutNs));
            return;
        }
        final String message =
                regions.missing(waiting)
                        + " after slotTimeoutNs="
                        + timeoutNs
                        + ": lower the parallelism or add slots or workers";
        failForGood(HERE, new FailureText(message, "", false));
    }

    private boolean allocate(final List<RegionExecution> bulk) {
        try {
            if (hopeless || phase != JobPhase.RUNNING || !regions.allocate(bulk)) {
                return false;
            }
        } catch (final TooFewSegmentsException e) {
            hopeless = true; // there is nobody to wait for
            loop.execute(() -> failForGood(HERE, FailureText.of(e, false)));
            return false;
        }
        checkpoints.onDeploying(graph, restarts > 0);
        bulk.forEach(this::prepare);
        return true;
    }

    // Deployment.

    private void prepare(final RegionExecution region) {
        region.become(Phase.PREPARING);
        for (final WorkerHandle worker : region.workers()) {
            if (involved.putIfAbsent(worker.index(), worker) == null) {
                worker.send(
                        new FromCoordinator.PrepareJob(
                                jobId,
                                checkpoints.incarnation(),
                                request.program(),
                                request.arguments()));
            }
        }
        deployIfPrepared(region);
    }

    void onPrepared(final WorkerHandle worker, final FromWorker.JobPrepared answer) {
        if (phase != JobPhase.RUNNING) {
            return;
        }
        final String expected = graph.jobGraph().fingerprint();
        if (!expected.equals(answer.graphFingerprint())) {
            final String message =
                    "graphFingerprint="
                            + answer.graphFingerprint()
                            + " expected="
                            + expected
                            + ": the worker has another version of the program="
                            + request.program();
            failForGood(worker.name(), new FailureText(message, "", false));
            return;
        }
        prepared.put(worker.index(), answer.shuffleAddresses());
        regions.all().forEach(this::deployIfPrepared);
    }

    void onRefused(final WorkerHandle worker, final FromWorker.JobRefused answer) {
        failForGood(worker.name(), answer.reason());
    }

    private void deployIfPrepared(final RegionExecution region) {
        if (region.phase() == Phase.PREPARING && region.hasPrepared(prepared.keySet())) {
            region.become(Phase.DEPLOYING);
            final int round = region.round();
            plan.register(region.tasks(), this::producer)
                    .whenComplete(
                            (nothing, failure) ->
                                    loop.execute(() -> onRegistered(region, round, failure)));
        }
    }

    private ProducerDescriptor producer(final JobTask task, final String service) {
        final WorkerHandle worker = task.worker();
        return new ProducerDescriptor(
                worker.hello().processId(), prepared.get(worker.index()).get(service));
    }

    private void onRegistered(
            final RegionExecution region, final int round, final Throwable failure) {
        if (region.phase() != Phase.DEPLOYING || region.round() != round) {
            return;
        }
        if (failure != null) {
            fail(List.of(region), HERE, FailureText.of(failure, false));
            return;
        }
        for (final JobTask task : region.tasks()) {
            task.markSent();
            final TaskRestore own = checkpoints.restoreOf(task);
            task.worker().send(new FromCoordinator.DeployTask(plan.deployment(task, own)));
        }
    }

    void onTaskChanged(final WorkerHandle worker, final FromWorker.TaskChanged changed) {
        final JobTask task = tasks.get(changed.task());
        if (task == null || task.worker() != worker || !task.state().canBecome(changed.state())) {
            LOG.info("ignored: task={} state={}", changed.task(), changed.state());
            return; // an older attempt, or one that was given up
        }
        task.become(changed.state());
        final RegionExecution region = regions.of(task);
        if (changed.state() == TaskState.FAILED) {
            onTaskFailed(region, task + " on " + worker.name(), changed.failure());
        }
        if (region.phase() == Phase.DEPLOYING && region.all(TaskState.DEPLOYING)) {
            region.become(Phase.RUNNING);
            tellEach(region, FromCoordinator.StartTasks::new);
        }
        if (phase == JobPhase.RUNNING) {
            checkpoints.onTaskChanged(changed.state());
        }
        releaseIfOver(region);
    }

    private void tellEach(
            final RegionExecution region,
            final BiFunction<Long, List<TaskId>, FromCoordinator> message) {
        region.workers().forEach(worker -> worker.send(message.apply(jobId, region.idsOn(worker))));
    }

    /** For the coordinator, which hears of snapshots. */
    MasterCheckpoints checkpoints() {
        return checkpoints;
    }

    // Failures.

    private void onTaskFailed(
            final RegionExecution region, final String where, final FailureText failure) {
        final ResultPartitionId unreadable = failure.unreadable();
        if (unreadable != null && regions.of(unreadable).phase() == Phase.FINISHED) {
            LOG.info("job={} partition={} is unreadable", Long.toHexString(jobId), unreadable);
            plan.lose(unreadable);
        }
        checkpoints.onTaskFailed(failure);
        fail(List.of(region), where, failure);
    }

    void onWorkerLost(final WorkerHandle worker, final String reason) {
        if (phase == JobPhase.DONE || !involved.remove(worker.index(), worker)) {
            return;
        }
        prepared.remove(worker.index());
        plan.loseStoredBy(worker.hello().processId());
        reports.onLost(worker);
        final Set<RegionExecution> failed = regions.lose(worker);
        if (!failed.isEmpty()) {
            fail(failed, worker.name(), new FailureText("worker lost: " + reason, "", false));
        }
        for (final RegionExecution region : regions.all()) {
            releaseIfOver(region);
            completeIfCleared(region);
        }
        completeIfReleased();
    }

    /** Asks the job to end. */
    void cancel() {
        if (phase != JobPhase.DONE && phase != JobPhase.RELEASING) {
            cancelRequested = true;
            stopAll();
        }
    }

    /** The loop threw something that nobody expected. */
    void onError(final Throwable failure) {
        failForGood(HERE, FailureText.of(failure, false));
    }

    /** What failed, and whether it is the job's end or some of it begins again. */
    private void fail(
            final Collection<RegionExecution> failed,
            final String where,
            final FailureText failure) {
        final JobFailure described = new JobFailure(where, failure.message(), failure.detail());
        LOG.info("job={} failure={}", Long.toHexString(jobId), described);
        final boolean followsFromCancel = cancelRequested && failure.consequence();
        if (phase != JobPhase.DONE && !followsFromCancel) {
            failures.add(described, failure.consequence());
        }
        if (phase != JobPhase.RUNNING && phase != JobPhase.CREATED) {
            return;
        }
        final List<RegionExecution> fresh =
                failed.stream()
                        .filter(r -> r.phase().isActive() || r.phase() == Phase.FINISHED)
                        .toList();
        if (fresh.isEmpty() && !hopeless) {
            return; // it follows from what is being seen to already
        }
        if (hopeless || restarts >= coordinator.context().checkpoints().settings().restartsMax()) {
            stopAll();
        } else {
            restarts++; // failures count, not regions (INV R6)
            again.addAll(checkpoints.isEnding() ? regions.all() : regions.after(fresh));
            checkpoints.onStopping();
            again.forEach(this::stop);
            restartIfStopped();
        }
    }

    private void stopAll() {
        if (phase == JobPhase.CANCELING) {
            return;
        }
        become(JobPhase.CANCELING);
        checkpoints.onStopping();
        again.clear();
        if (regions != null) {
            regions.clearQueue();
            regions.all().stream().filter(region -> region.phase().isActive()).forEach(this::stop);
        }
        releaseJobIfOver();
    }

    /** Has a region end, unless it does so already; what it produced does not count. */
    private void stop(final RegionExecution region) {
        switch (region.phase()) {
            case PREPARING, DEPLOYING, RUNNING -> {
                region.become(Phase.CANCELING);
                tellEach(region, FromCoordinator.CancelTasks::new);
                giveUpLater(region);
                releaseIfOver(region);
            }
            case FINISHED -> {
                plan.release(plan.partitionsOf(region), involved.values());
                region.become(Phase.STOPPED);
            }
            case RELEASING -> region.spoil();
            case WAITING, QUEUED, CANCELING, STOPPED -> {}
        }
    }

    /** Parts with workers that a region waits for too long. */
    private void giveUpLater(final RegionExecution region) {
        final long timeoutNs = coordinator.context().timings().cancelTimeoutNs();
        final Phase in = region.phase();
        final int round = region.round();
        loop.schedule(
                timeoutNs,
                () -> {
                    if (region.phase() == in && region.round() == round) {
                        WorkerHandle.giveUp(region.workers(), region::waitsFor, timeoutNs);
                    }
                });
    }

    // Ends.

    private void releaseIfOver(final RegionExecution region) {
        final boolean mayEnd = region.phase() == Phase.RUNNING || region.phase() == Phase.CANCELING;
        if (!mayEnd || !region.isOver()) {
            return;
        }
        region.beginRelease();
        for (final WorkerHandle worker : region.workers()) {
            final List<ResultPartitionId> unread =
                    plan.partitionsOf(region.tasksOn(worker), !region.isSuccessful());
            plan.release(unread);
            worker.send(
                    new FromCoordinator.ReleaseTasks(
                            jobId, region.number(), region.idsOn(worker), unread));
        }
        giveUpLater(region);
        completeIfCleared(region);
    }

    void onTasksReleased(final WorkerHandle worker, final FromWorker.TasksReleased answer) {
        reports.onCounters(answer.tasks());
        if (regions != null && answer.region() < regions.all().size()) {
            final RegionExecution region = regions.all().get(answer.region());
            region.onCleared(worker.index());
            completeIfCleared(region);
        }
    }

    private void completeIfCleared(final RegionExecution region) {
        if (!region.isCleared()) {
            return;
        }
        regions.endRelease(region);
        if (phase == JobPhase.RUNNING && region.phase() == Phase.FINISHED) {
            final int round = region.round();
            results.note(() -> onNoted(region, round));
        } else if (phase == JobPhase.RUNNING) {
            plan.release(plan.partitionsOf(region), involved.values()); // it finished too late
            restartIfStopped();
        }
        releaseJobIfOver();
        coordinator.retryAllocation();
    }

    /** A region has finished, and whoever comes next would know. */
    private void onNoted(final RegionExecution region, final int round) {
        if (phase == JobPhase.RUNNING && region.hasFinished(round)) {
            plan.release(regions.consumedWith(region), involved.values());
            regions.onFinished(region);
            coordinator.retryAllocation();
        }
    }

    private void restartIfStopped() {
        if (!again.isEmpty()
                && !restartScheduled
                && again.stream().allMatch(region -> region.phase() == Phase.STOPPED)) {
            restartScheduled = true;
            final long delayNs =
                    coordinator.context().checkpoints().settings().restartDelay().toNanos();
            loop.schedule(delayNs, this::restart);
        }
    }

    /** Begins again, with new attempts of all tasks of some regions (INV R4). */
    private void restart() {
        if (phase == JobPhase.RUNNING && checkpoints.isUndecided()) {
            loop.schedule(RESTART_POLL_NS, this::restart);
            return;
        }
        if (phase == JobPhase.RUNNING && checkpoints.isDamaged()) {
            checkpoints.giveUpDamaged(this::restart, text -> failForGood(HERE, text));
            return;
        }
        restartScheduled = false;
        if (phase != JobPhase.RUNNING
                || !again.stream().allMatch(region -> region.phase() == Phase.STOPPED)) {
            return; // others have failed meanwhile, or all is over
        }
        LOG.info(
                "job={} restart={} regions={} after failure={}",
                Long.toHexString(jobId),
                restarts,
                again.stream().map(RegionExecution::number).toList(),
                failures.first().map(reports::withDetails).orElse(null));
        failures.clear();
        reports.clearLost();
        regions.restart(List.copyOf(again));
        again.clear();
        results.note(() -> {}); // that they have not finished, before any of them has again
        retryAllocation();
    }

    private void releaseJobIfOver() {
        final boolean over =
                phase == JobPhase.CANCELING
                        && (regions == null || regions.allMatch(Phase::holdsNothing));
        final boolean finished =
                phase == JobPhase.RUNNING && regions.allMatch(each -> each == Phase.FINISHED);
        if (!over && !finished) {
            return;
        }
        become(JobPhase.RELEASING);
        final FromCoordinator release = new FromCoordinator.ReleaseJob(jobId);
        involved.values().forEach(worker -> worker.send(release));
        final long timeoutNs = coordinator.context().timings().cancelTimeoutNs();
        loop.schedule(
                timeoutNs,
                () -> {
                    if (phase == JobPhase.RELEASING) {
                        WorkerHandle.giveUp(
                                involved.values(),
                                each -> !released.contains(each.index()),
                                timeoutNs);
                    }
                });
        completeIfReleased();
    }

    void onReleased(final WorkerHandle worker, final FromWorker.JobReleased answer) {
        reports.onCounters(answer.tasks());
        released.add(worker.index());
        completeIfReleased();
    }

    private void completeIfReleased() {
        if (phase != JobPhase.RELEASING || !released.containsAll(involved.keySet())) {
            return;
        }
        if (checkpoints.isUndecided()) {
            // Whoever goes on with the job must find the checkpoint that is its last.
            loop.schedule(RESTART_POLL_NS, this::completeIfReleased);
            return;
        }
        final boolean finished =
                regions != null && regions.allMatch(each -> each == Phase.FINISHED);
        if (plan != null && (finished || !results.isKept())) {
            plan.release();
        }
        become(JobPhase.DONE);
        coordinator.onJobDone(this);
        assert finished || failures.any() || cancelRequested;
        final JobResult made = reports.result(finished, failures, checkpoints.totals());
        results.end(
                finished, restarts, () -> checkpoints.end(finished, () -> result.complete(made)));
    }

    void onProgress(final Collection<TaskCounters> counters) {
        reports.onCounters(counters);
    }

    private void tellProgress() {
        if (phase != JobPhase.DONE) {
            reports.tell(listener);
            loop.schedule(coordinator.context().timings().progressIntervalNs(), this::tellProgress);
        }
    }

    private void become(final JobPhase to) {
        if (!phase.canBecome(to)) {
            throw new IllegalStateException("job=" + jobId + " phase=" + phase + " to=" + to);
        }
        LOG.debug("job={} phase={} to={}", Long.toHexString(jobId), phase, to);
        phase = to;
    }
}
