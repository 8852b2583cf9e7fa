package io.geminid.runtime.cluster.coordinator;

import io.geminid.memory.PoolSizing;
import io.geminid.runtime.cluster.job.JobFailure;
import io.geminid.runtime.cluster.job.JobProgress;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.job.TaskReport;
import io.geminid.runtime.cluster.job.WorkerReport;
import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.cluster.message.FailureText;
import io.geminid.runtime.cluster.message.FromCoordinator;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.cluster.message.TaskCounters;
import io.geminid.runtime.graph.GraphException;
import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.exchange.ExchangeMode;
import io.geminid.runtime.graph.execution.ExecutionGraph;
import io.geminid.runtime.graph.execution.ExecutionVertex;
import io.geminid.runtime.schedule.EagerSchedulingStrategy;
import io.geminid.runtime.schedule.SchedulingStrategy;
import io.geminid.runtime.schedule.Slot;
import io.geminid.runtime.schedule.SlotSharing;
import io.geminid.runtime.schedule.Subtask;
import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskRestore;
import io.geminid.runtime.task.TaskState;
import io.geminid.shuffle.descriptor.ProducerDescriptor;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one job: gets slots, checks memory, has workers build the graph, deploys all tasks, lets
 * them run when all are deployed, and clears away when all have ended. The first failure cancels
 * everything; its result is known when everything is given back.
 *
 * <p>The coordinator's loop only.
 */
final class JobMaster {

    private static final Logger LOG = LoggerFactory.getLogger(JobMaster.class);

    /** A checkpoint that is being written is known to be complete or not in a moment. */
    private static final long RESTART_POLL_NS = 1_000_000;

    private final Coordinator coordinator;
    private final EventLoop loop;
    private final long jobId;
    private final JobRequest request;
    private final ProgressListener listener;
    private final CompletableFuture<JobResult> result = new CompletableFuture<>();
    private final long startedNs;
    private final JobFailures failures = new JobFailures();
    private final Map<TaskId, JobTask> tasks = new LinkedHashMap<>();

    /** Addresses of each worker's shuffle services, from the workers that are prepared. */
    private final Map<Integer, Map<String, InetSocketAddress>> prepared = new HashMap<>();

    /** Workers that have something of the job. */
    private final Map<Integer, WorkerHandle> involved = new TreeMap<>();

    /** Segments that the job needs of each worker at least. */
    private final Map<Integer, Long> segments = new HashMap<>();

    private final Set<Integer> released = new HashSet<>();

    /** Workers that were lost, by name. */
    private final Map<String, Integer> lost = new HashMap<>();

    private JobPhase phase = JobPhase.CREATED;
    private boolean cancelRequested;
    private boolean started;

    /** It would fail in the same way again. */
    private boolean hopeless;

    private ExecutionGraph graph;
    private SlotSharing sharing;
    private DeploymentPlan plan;
    private final MasterCheckpoints checkpoints;
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
        startedNs = loop.nanoTime();
        checkpoints = new MasterCheckpoints(coordinator.context(), jobId, tasks, involved);
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
            refuseUnsupported(jobGraph);
            graph = new ExecutionGraph(jobId, jobGraph);
            sharing = new SlotSharing(jobGraph.vertices());
            plan = new DeploymentPlan(graph, coordinator::master);
        } catch (final RuntimeException | LinkageError e) {
            hopeless = true;
            fail("coordinator", FailureText.of(e, false));
            return;
        }
        awaitSlots();
    }

    private void awaitSlots() {
        become(JobPhase.AWAITING_SLOTS);
        final long timeoutNs = coordinator.context().timings().slotTimeoutNs();
        final int mine = restarts;
        loop.schedule(timeoutNs, () -> onSlotTimeout(mine, timeoutNs));
        retryAllocation();
    }

    private static void refuseUnsupported(final JobGraph jobGraph) {
        for (final JobEdge edge : jobGraph.edges()) {
            if (edge.spec().mode() == ExchangeMode.BLOCKING) {
                throw new GraphException(
                        "edge=" + edge.id() + " mode=BLOCKING is not supported, use PIPELINED");
            }
        }
    }

    /** There may be slots now. */
    void retryAllocation() {
        if (phase != JobPhase.AWAITING_SLOTS) {
            return;
        }
        final Optional<List<Slot>> slots =
                coordinator.slots().allocate(jobId, sharing.slotsNeeded());
        slots.ifPresent(this::onSlots);
    }

    private void onSlotTimeout(final int mine, final long timeoutNs) {
        if (phase == JobPhase.AWAITING_SLOTS && mine == restarts) {
            hopeless = true;
            fail(
                    "coordinator",
                    new FailureText(
                            "slotsNeeded="
                                    + sharing.slotsNeeded()
                                    + " ("
                                    + sharing
                                    + ") "
                                    + coordinator.slots()
                                    + " after slotTimeoutNs="
                                    + timeoutNs
                                    + ": lower the parallelism or add slots or workers",
                            "",
                            false));
        }
    }

    private void onSlots(final List<Slot> slots) {
        become(JobPhase.PREPARING);
        final SchedulingStrategy strategy =
                new EagerSchedulingStrategy(graph.jobGraph().vertices());
        for (final Subtask subtask : strategy.onStart()) {
            final ExecutionVertex vertex = graph.vertex(subtask.vertex(), subtask.index());
            final Slot slot = slots.get(sharing.slotOf(subtask));
            final WorkerHandle worker = coordinator.worker(slot.worker());
            final TaskId id =
                    new TaskId(jobId, subtask.vertex(), subtask.index(), vertex.attempt());
            tasks.put(id, new JobTask(id, vertex, worker));
            involved.put(worker.index(), worker);
        }
        try {
            involved.values().forEach(this::reserveSegments);
        } catch (final RuntimeException e) {
            involved.clear(); // nobody was told anything yet
            hopeless = true;
            fail("coordinator", FailureText.of(e, false));
            return;
        }
        final FromCoordinator.PrepareJob prepare =
                new FromCoordinator.PrepareJob(jobId, request.program(), request.arguments());
        involved.values().forEach(worker -> worker.send(prepare));
    }

    /** Refuses the job, before anything starts, if a worker has too few segments for its tasks. */
    private void reserveSegments(final WorkerHandle worker) {
        final PoolSizing sizing = new PoolSizing();
        if (worker.segmentsReserved() > 0) {
            sizing.add(
                    "other jobs on " + worker.name(),
                    Math.toIntExact(worker.segmentsReserved()),
                    "running",
                    "number of jobs at a time");
        }
        plan.addSegmentsNeeded(tasksOf(worker), sizing);
        sizing.requireFits(coordinator.context().pool());
        final long needed = sizing.total() - worker.segmentsReserved();
        worker.reserveSegments(needed);
        segments.put(worker.index(), needed);
    }

    private List<JobTask> tasksOf(final WorkerHandle worker) {
        return tasks.values().stream()
                .filter(task -> task.worker() == worker)
                .collect(Collectors.toList());
    }

    void onPrepared(final WorkerHandle worker, final FromWorker.JobPrepared answer) {
        if (phase != JobPhase.PREPARING) {
            return;
        }
        final String expected = graph.jobGraph().fingerprint();
        if (!expected.equals(answer.graphFingerprint())) {
            hopeless = true;
            fail(
                    worker.name(),
                    new FailureText(
                            "graphFingerprint="
                                    + answer.graphFingerprint()
                                    + " expected="
                                    + expected
                                    + ": the worker has another version of the program="
                                    + request.program(),
                            "",
                            false));
            return;
        }
        prepared.put(worker.index(), answer.shuffleAddresses());
        if (prepared.keySet().equals(involved.keySet())) {
            deploy();
        }
    }

    void onRefused(final WorkerHandle worker, final FromWorker.JobRefused answer) {
        hopeless = true;
        fail(worker.name(), answer.reason());
    }

    private void deploy() {
        become(JobPhase.DEPLOYING);
        plan.register(tasks.values(), this::producer)
                .whenComplete(
                        (nothing, failure) -> loop.execute(() -> onPartitionsRegistered(failure)));
    }

    private ProducerDescriptor producer(final JobTask task, final String service) {
        final WorkerHandle worker = task.worker();
        return new ProducerDescriptor(
                worker.hello().processId(), prepared.get(worker.index()).get(service));
    }

    private void onPartitionsRegistered(final Throwable failure) {
        if (phase != JobPhase.DEPLOYING) {
            return;
        }
        if (failure != null) {
            fail("coordinator", FailureText.of(failure, false));
            return;
        }
        checkpoints.onDeploying(graph, restarts > 0);
        for (final JobTask task : tasks.values()) {
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
        if (changed.state() == TaskState.FAILED) {
            fail(task + " on " + worker.name(), changed.failure());
        }
        if (phase == JobPhase.DEPLOYING && all(TaskState.DEPLOYING)) {
            become(JobPhase.RUNNING);
            started = true;
            involved.values().forEach(each -> each.send(new FromCoordinator.StartTasks(jobId)));
        }
        if (phase == JobPhase.RUNNING) {
            checkpoints.onTaskChanged(changed.state());
        }
        releaseIfOver();
    }

    /** For the coordinator, which hears of snapshots. */
    MasterCheckpoints checkpoints() {
        return checkpoints;
    }

    private boolean all(final TaskState state) {
        return tasks.values().stream().allMatch(task -> task.state() == state);
    }

    void onWorkerLost(final WorkerHandle worker, final String reason) {
        if (involved.remove(worker.index()) == null) {
            return;
        }
        tasksOf(worker).forEach(JobTask::lose);
        lost.put(worker.name(), worker.index());
        fail(worker.name(), new FailureText("worker lost: " + reason, "", false));
        releaseIfOver();
        completeIfReleased();
    }

    /** Asks the job to end. */
    void cancel() {
        if (phase != JobPhase.DONE && phase != JobPhase.RELEASING) {
            cancelRequested = true;
            cancelTasks();
        }
    }

    /** The loop threw something that nobody expected. */
    void onError(final Throwable failure) {
        fail("coordinator", FailureText.of(failure, false));
    }

    private void fail(final String where, final FailureText failure) {
        final JobFailure described = new JobFailure(where, failure.message(), failure.detail());
        LOG.info("job={} failure={}", Long.toHexString(jobId), described);
        final boolean followsFromCancel = cancelRequested && failure.consequence();
        if (phase != JobPhase.DONE && !followsFromCancel) {
            failures.add(described, failure.consequence());
        }
        if (phase != JobPhase.RELEASING && phase != JobPhase.DONE) {
            cancelTasks();
        }
    }

    private void cancelTasks() {
        if (phase == JobPhase.AWAITING_RESTART) {
            become(JobPhase.CANCELING);
            releaseIfOver();
            return;
        }
        if (phase == JobPhase.CANCELING) {
            return;
        }
        become(JobPhase.CANCELING);
        checkpoints.onStopping();
        involved.values().forEach(worker -> worker.send(new FromCoordinator.CancelJob(jobId)));
        final long timeoutNs = coordinator.context().timings().cancelTimeoutNs();
        loop.schedule(timeoutNs, () -> giveUp(JobPhase.CANCELING, timeoutNs));
        releaseIfOver();
    }

    /** Parts with the workers that the job still waits for. */
    private void giveUp(final JobPhase waitingIn, final long timeoutNs) {
        if (phase != waitingIn) {
            return;
        }
        for (final WorkerHandle worker : List.copyOf(involved.values())) {
            final boolean waits =
                    phase == JobPhase.RELEASING
                            ? !released.contains(worker.index())
                            : !tasksOf(worker).stream().allMatch(JobTask::isOver);
            if (waits) {
                worker.close("job not given back, cancelTimeoutNs=" + timeoutNs);
            }
        }
    }

    private void releaseIfOver() {
        final boolean mayEnd = phase == JobPhase.RUNNING || phase == JobPhase.CANCELING;
        if (!mayEnd || !tasks.values().stream().allMatch(JobTask::isOver)) {
            return;
        }
        become(JobPhase.RELEASING);
        involved.values().forEach(worker -> worker.send(new FromCoordinator.ReleaseJob(jobId)));
        final long timeoutNs = coordinator.context().timings().cancelTimeoutNs();
        loop.schedule(timeoutNs, () -> giveUp(JobPhase.RELEASING, timeoutNs));
        completeIfReleased();
    }

    void onReleased(final WorkerHandle worker, final FromWorker.JobReleased answer) {
        onCounters(answer.tasks());
        released.add(worker.index());
        completeIfReleased();
    }

    private void completeIfReleased() {
        if (phase != JobPhase.RELEASING || !released.containsAll(involved.keySet())) {
            return;
        }
        if (plan != null) {
            plan.release();
        }
        segments.forEach(this::unreserveSegments);
        segments.clear();
        if (mayRestart()) {
            become(JobPhase.AWAITING_RESTART);
            coordinator.onJobReleased(this);
            final long delayNs =
                    coordinator.context().checkpoints().settings().restartDelay().toNanos();
            loop.schedule(delayNs, this::restart);
            return;
        }
        become(JobPhase.DONE);
        coordinator.onJobDone(this);
        result.complete(makeResult());
    }

    private boolean mayRestart() {
        return failures.any()
                && !hopeless
                && !cancelRequested
                && restarts < coordinator.context().checkpoints().settings().restartsMax();
    }

    /** Begins again, with new attempts of all tasks (INV R4). */
    private void restart() {
        if (phase != JobPhase.AWAITING_RESTART) {
            return;
        }
        if (checkpoints.isUndecided()) {
            loop.schedule(RESTART_POLL_NS, this::restart);
            return;
        }
        restarts++;
        LOG.info(
                "job={} restart={} after failure={}",
                Long.toHexString(jobId),
                restarts,
                failures.first().map(this::withDetails).orElseThrow());
        failures.clear();
        lost.clear();
        tasks.clear();
        prepared.clear();
        involved.clear();
        released.clear();
        started = false;
        graph.vertices().forEach(ExecutionVertex::beginAttempt);
        awaitSlots();
    }

    private void unreserveSegments(final int worker, final long count) {
        final WorkerHandle handle = coordinator.worker(worker);
        if (handle != null) {
            handle.reserveSegments(-count);
        }
    }

    private JobResult makeResult() {
        final boolean finished = started && all(TaskState.FINISHED);
        final JobStatus status =
                failures.any()
                        ? JobStatus.FAILED
                        : finished ? JobStatus.FINISHED : JobStatus.CANCELED;
        assert status != JobStatus.CANCELED || cancelRequested;
        return new JobResult(
                status,
                failures.first().map(this::withDetails),
                loop.nanoTime() - startedNs,
                taskReports(),
                workerReports(),
                checkpoints.totals());
    }

    /** What else is known of a lost worker, such as its exit code, is known only now. */
    private JobFailure withDetails(final JobFailure failure) {
        final Integer worker = lost.get(failure.where());
        if (worker == null) {
            return failure;
        }
        final String details = coordinator.context().host().describe(worker);
        return new JobFailure(
                failure.where(), (failure.message() + " " + details).trim(), failure.detail());
    }

    void onProgress(final Collection<TaskCounters> counters) {
        onCounters(counters);
    }

    private void onCounters(final Collection<TaskCounters> counters) {
        for (final TaskCounters each : counters) {
            final JobTask task = tasks.get(each.task());
            if (task != null) {
                task.counters(each.counters());
            }
        }
    }

    private void tellProgress() {
        if (phase != JobPhase.DONE) {
            tell(new JobProgress(loop.nanoTime() - startedNs, taskReports(), workerReports()));
            loop.schedule(coordinator.context().timings().progressIntervalNs(), this::tellProgress);
        }
    }

    private void tell(final JobProgress progress) {
        try {
            listener.onProgress(progress);
        } catch (final RuntimeException e) {
            LOG.warn("progress listener failed", e); // not the job's concern
        }
    }

    private List<TaskReport> taskReports() {
        return tasks.values().stream().map(JobTask::report).toList();
    }

    private List<WorkerReport> workerReports() {
        return coordinator.workers().stream().map(WorkerHandle::report).toList();
    }

    private void become(final JobPhase to) {
        if (!phase.canBecome(to)) {
            throw new IllegalStateException("job=" + jobId + " phase=" + phase + " to=" + to);
        }
        LOG.debug("job={} phase={} to={}", Long.toHexString(jobId), phase, to);
        phase = to;
    }
}
