package io.geminid.runtime.cluster.coordinator;

import io.geminid.runtime.cluster.checkpoint.CheckpointTotals;
import io.geminid.runtime.cluster.control.ControlAcceptor;
import io.geminid.runtime.cluster.control.ControlLink;
import io.geminid.runtime.cluster.control.ControlListener;
import io.geminid.runtime.cluster.edge.EdgeServices;
import io.geminid.runtime.cluster.job.JobFailure;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.KeepMode;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.cluster.message.ControlMessage;
import io.geminid.runtime.cluster.message.FromCoordinator;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.graph.execution.ExecutionGraph;
import io.geminid.runtime.schedule.SlotPool;
import io.geminid.shuffle.ShuffleMaster;
import io.geminid.shuffle.ShuffleMasterContext;
import io.geminid.state.checkpoint.CheckpointId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the workers and their slots, and runs jobs, each with a {@link JobMaster}. A worker whose
 * connection ends, or that is silent for too long, is lost at once and for ever.
 *
 * <p>Everything happens on one event loop; the public methods may be called by any thread.
 */
public final class Coordinator {

    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

    private final CoordinatorContext context;
    private final EventLoop loop;
    private final SlotPool slots = new SlotPool();
    private final Map<Integer, WorkerHandle> workers = new TreeMap<>();
    private final Map<Long, JobMaster> jobs = new TreeMap<>();
    private final Map<String, ShuffleMaster> masters = new TreeMap<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final int workersExpected;
    private long lastBeatNs;
    private boolean closing;
    private boolean stopping;

    /**
     * Makes a coordinator.
     *
     * @param context what it is made of
     * @param workersExpected how many workers there will be
     */
    public Coordinator(final CoordinatorContext context, final int workersExpected) {
        this.context = context;
        this.workersExpected = workersExpected;
        loop = context.loop();
        lastBeatNs = loop.nanoTime();
        loop.schedule(context.timings().heartbeatIntervalNs(), this::beat);
    }

    /**
     * Where workers are announced.
     *
     * @return to be given to the links
     */
    public ControlAcceptor acceptor() {
        return (link, hello) -> {
            loop.execute(() -> onWorker(link, hello));
            return new ControlListener() {
                @Override
                public void onMessage(final ControlMessage message) {
                    loop.execute(() -> Coordinator.this.onMessage(hello.worker(), link, message));
                }

                @Override
                public void onClosed(final String reason) {
                    loop.execute(() -> onWorkerLost(hello.worker(), link, reason));
                }
            };
        };
    }

    /**
     * Completes when all expected workers have registered; exceptionally if one is lost before.
     *
     * @return on the coordinator's loop
     */
    public CompletableFuture<Void> ready() {
        return ready;
    }

    /**
     * Starts a job.
     *
     * @param request what to run
     * @param listener told how it goes, on the coordinator's loop
     * @return the job
     */
    public SubmittedJob submit(final JobRequest request, final ProgressListener listener) {
        final CompletableFuture<JobResult> result = new CompletableFuture<>();
        final CompletableFuture<JobMaster> master = new CompletableFuture<>();
        loop.execute(
                () -> {
                    if (closing) {
                        result.complete(refused("the cluster is closing"));
                        return;
                    }
                    final long jobId = context.checkpoints().settings().jobId(context.random());
                    if (jobs.containsKey(jobId)) {
                        result.complete(refused("a job of this name is running"));
                        return;
                    }
                    final JobMaster job = new JobMaster(this, jobId, request, listener);
                    job.result().thenAccept(result::complete);
                    jobs.put(jobId, job);
                    job.start();
                    master.complete(job);
                });
        return new SubmittedJob(
                result,
                () -> master.thenAccept(job -> loop.execute(job::cancel)),
                (mode, kept) ->
                        master.thenAccept(
                                job ->
                                        loop.execute(
                                                () ->
                                                        job.checkpoints()
                                                                .keep(mode, kept, job::cancel))));
    }

    private JobResult refused(final String reason) {
        final JobFailure failure = new JobFailure("coordinator", reason, "");
        return new JobResult(
                JobStatus.FAILED,
                Optional.of(failure),
                0,
                List.of(),
                List.of(),
                CheckpointTotals.NONE);
    }

    /**
     * A job that was submitted.
     *
     * @param result completes on the coordinator's loop, never exceptionally
     * @param cancel asks the job to end; any thread, idempotent
     * @param keep asks for a checkpoint, completes with what a job can start from; any thread
     */
    public record SubmittedJob(
            CompletableFuture<JobResult> result,
            Runnable cancel,
            BiConsumer<KeepMode, CompletableFuture<CheckpointId>> keep) {}

    /**
     * Cancels the jobs, then tells the workers to end.
     *
     * @return completes on the coordinator's loop when every worker has closed its link
     */
    public CompletableFuture<Void> stop() {
        loop.execute(this::onStop);
        return stopped;
    }

    /**
     * Something was thrown on the loop that nobody expected: ends all jobs. On the loop.
     *
     * @param failure what
     */
    public void onError(final Throwable failure) {
        LOG.error("coordinator failed", failure);
        new ArrayList<>(jobs.values()).forEach(job -> job.onError(failure));
    }

    private void onWorker(final ControlLink link, final FromWorker.Hello hello) {
        final int index = hello.worker();
        if (index >= workersExpected || workers.containsKey(index) || stopping) {
            LOG.warn("worker={} peer={} is not expected", index, link.peer());
            link.close("worker=" + index + " is not expected");
            return;
        }
        LOG.info(
                "{} registered: pid={} slots={} segments={}",
                hello.name(),
                hello.pid(),
                hello.slots(),
                hello.segments());
        workers.put(index, new WorkerHandle(hello, link, loop.nanoTime()));
        slots.offer(index, hello.slots(), context.workerResources());
        retryAllocation();
        if (workers.size() == workersExpected) {
            ready.complete(null);
        }
    }

    private void onMessage(final int index, final ControlLink link, final ControlMessage message) {
        final WorkerHandle worker = workers.get(index);
        if (worker == null || !worker.isOver(link)) {
            return; // said before it was lost
        }
        worker.heard(loop.nanoTime());
        if (message instanceof FromWorker.Alive) {
            return;
        }
        if (message instanceof FromWorker.Progress progress) {
            worker.counters(progress.worker());
            jobs.values().forEach(job -> job.onProgress(progress.tasks()));
        } else if (message instanceof FromWorker.JobPrepared prepared) {
            withJob(prepared.jobId(), job -> job.onPrepared(worker, prepared));
        } else if (message instanceof FromWorker.JobRefused refused) {
            withJob(refused.jobId(), job -> job.onRefused(worker, refused));
        } else if (message instanceof FromWorker.TaskChanged changed) {
            withJob(changed.task().jobId(), job -> job.onTaskChanged(worker, changed));
        } else if (message instanceof FromWorker.TasksReleased gone) {
            withJob(gone.jobId(), job -> job.onTasksReleased(worker, gone));
        } else if (message instanceof FromWorker.SnapshotTaken taken) {
            withJob(taken.task().jobId(), job -> job.checkpoints().onSnapshot(taken));
        } else if (message instanceof FromWorker.SnapshotDeclined declined) {
            withJob(declined.task().jobId(), job -> job.checkpoints().onDeclined(declined));
        } else if (message instanceof FromWorker.JobReleased released) {
            worker.counters(released.worker());
            withJob(released.jobId(), job -> job.onReleased(worker, released));
        } else {
            worker.close("message=" + message.type() + " is not for a coordinator");
        }
    }

    private void withJob(final long jobId, final Consumer<JobMaster> action) {
        final JobMaster job = jobs.get(jobId);
        if (job != null) {
            action.accept(job);
        }
    }

    private void onWorkerLost(final int index, final ControlLink link, final String reason) {
        final WorkerHandle worker = workers.get(index);
        if (worker == null || !worker.isOver(link)) {
            return;
        }
        workers.remove(index);
        slots.withdraw(index);
        if (stopping) {
            completeIfStopped();
            return;
        }
        LOG.info("{} lost: reason={}", worker.name(), reason);
        context.host().onLost(index, worker.hello().processId());
        ready.completeExceptionally(
                new IllegalStateException(worker.name() + " lost: reason=" + reason));
        new ArrayList<>(jobs.values()).forEach(job -> job.onWorkerLost(worker, reason));
    }

    private void beat() {
        final long nowNs = loop.nanoTime();
        final long timeoutNs = context.timings().heartbeatTimeoutNs();
        // Whoever was asleep itself has not heard what was said meanwhile: it listens first.
        final boolean overslept = nowNs - lastBeatNs > 2 * context.timings().heartbeatIntervalNs();
        lastBeatNs = nowNs;
        for (final WorkerHandle worker : workers.values()) {
            if (overslept) {
                worker.heard(nowNs);
            }
            if (worker.silentNs(nowNs) > timeoutNs) {
                worker.close("silent, heartbeatTimeoutNs=" + timeoutNs);
            } else {
                worker.send(new FromCoordinator.Alive());
            }
        }
        if (!stopped.isDone()) {
            loop.schedule(context.timings().heartbeatIntervalNs(), this::beat);
        }
    }

    private void onStop() {
        closing = true;
        final List<CompletableFuture<JobResult>> running = new ArrayList<>();
        for (final JobMaster job : new ArrayList<>(jobs.values())) {
            running.add(job.result());
            job.cancel();
        }
        CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
                .thenRun(() -> loop.execute(this::stopWorkers));
    }

    private void stopWorkers() {
        if (!stopping) {
            stopping = true;
            workers.values().forEach(worker -> worker.send(new FromCoordinator.Stop()));
            completeIfStopped();
        }
    }

    private void completeIfStopped() {
        if (workers.isEmpty() && !stopped.isDone()) {
            masters.values().forEach(ShuffleMaster::close);
            stopped.complete(null);
        }
    }

    /** For job masters. */
    CoordinatorContext context() {
        return context;
    }

    /** For job masters: slots of the workers that live. */
    SlotPool slots() {
        return slots;
    }

    /** For job masters: {@code null} if it is lost. */
    WorkerHandle worker(final int index) {
        return workers.get(index);
    }

    /** For job masters: those that live, by index. */
    List<WorkerHandle> workers() {
        return List.copyOf(workers.values());
    }

    /** For job masters. */
    DeploymentPlan plan(final ExecutionGraph graph) {
        return new DeploymentPlan(graph, this::master, context.segmentsOfStore());
    }

    /** For job masters. */
    ShuffleMaster master(final String service) {
        return masters.computeIfAbsent(
                service,
                name ->
                        EdgeServices.factory(context.services(), context.properties(), name)
                                .createShuffleMaster(
                                        new ShuffleMasterContext(
                                                context.properties(), context.shuffleToken())));
    }

    /**
     * Whether a worker of this index is there. On the loop.
     *
     * @param worker its index
     * @return false before it has registered, and once it is lost
     */
    public boolean isRegistered(final int worker) {
        return workers.containsKey(worker);
    }

    /** For job masters: a job has given everything back. */
    void onJobDone(final JobMaster job) {
        jobs.remove(job.jobId());
    }

    /** For job masters: slots were given back. */
    void retryAllocation() {
        new ArrayList<>(jobs.values()).forEach(JobMaster::retryAllocation);
    }
}
