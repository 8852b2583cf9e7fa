package io.geminid.runtime.cluster.worker;

import io.geminid.runtime.cluster.control.ControlConnector;
import io.geminid.runtime.cluster.control.ControlLink;
import io.geminid.runtime.cluster.control.ControlListener;
import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.cluster.message.ControlMessage;
import io.geminid.runtime.cluster.message.FailureText;
import io.geminid.runtime.cluster.message.FromCoordinator;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.cluster.message.TaskCounters;
import io.geminid.runtime.cluster.message.TaskDeployment;
import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.task.InputFailedException;
import io.geminid.runtime.task.Task;
import io.geminid.runtime.task.TaskContext;
import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskListener;
import io.geminid.runtime.task.TaskPlan;
import io.geminid.runtime.task.TaskState;
import io.geminid.runtime.task.checkpoint.TaskSnapshot;
import io.geminid.runtime.task.run.TaskRunner.RunningTask;
import io.geminid.runtime.task.storage.JobSnapshots;
import io.geminid.runtime.task.storage.WorkerSnapshots;
import io.geminid.state.checkpoint.CorruptStateException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the coordinator says: hosts tasks, owns their memory and their shuffle services. Ends
 * when told to, or when the coordinator is gone; either way it first gives everything back.
 *
 * <p>Everything happens on the worker's loop, except the tasks themselves.
 */
public final class Worker {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /**
     * A cancelled task that waits in the middle of a record is interrupted after this, repeatedly.
     */
    private static final long INTERRUPT_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Segments come back a moment after the tasks, when links have let go of them. */
    private static final long SETTLE_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long SETTLE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private final WorkerContext context;
    private final EventLoop loop;
    private final WorkerShuffle shuffle;
    private final Map<Long, WorkerJob> jobs = new TreeMap<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private ControlLink link;
    private long lastHeardNs;
    private long lastBeatNs;
    private boolean stopping;

    /**
     * Makes a worker that does nothing yet.
     *
     * @param context what it is made of
     */
    public Worker(final WorkerContext context) {
        this.context = context;
        loop = context.loop();
        shuffle = new WorkerShuffle(context);
    }

    /**
     * Connects with the coordinator and does what it says from then on. Any thread, once.
     *
     * @param connector the way to the coordinator
     * @throws IOException if the coordinator cannot be reached; names its address
     */
    public void start(final ControlConnector connector) throws IOException {
        connector.connect(
                context.hello(),
                made -> {
                    link = made; // before anything is told, so before the loop sees a message
                    return new Listener();
                });
        loop.execute(
                () -> {
                    lastHeardNs = loop.nanoTime();
                    lastBeatNs = lastHeardNs;
                    every(context.timings().heartbeatIntervalNs(), this::beat);
                    every(context.timings().progressIntervalNs(), this::report);
                });
    }

    /**
     * Completes when the worker has ended and given everything back, with the reason; exceptionally
     * if something could not be given back. Completed on the worker's loop.
     *
     * @return the end
     */
    public CompletableFuture<String> ended() {
        return ended;
    }

    /**
     * Ends as if the coordinator had said so. Any thread; idempotent.
     *
     * @param reason for the log
     */
    public void stop(final String reason) {
        loop.execute(() -> onStop(reason));
    }

    private final class Listener implements ControlListener {

        @Override
        public void onMessage(final ControlMessage message) {
            loop.execute(() -> Worker.this.onMessage(message));
        }

        @Override
        public void onClosed(final String reason) {
            loop.execute(() -> onStop("coordinator lost: " + reason));
        }
    }

    private void onMessage(final ControlMessage message) {
        lastHeardNs = loop.nanoTime();
        if (message instanceof FromCoordinator.PrepareJob prepare) {
            onPrepareJob(prepare);
        } else if (message instanceof FromCoordinator.DeployTask deploy) {
            onDeployTask(deploy.deployment());
        } else if (message instanceof FromCoordinator.StartTasks start) {
            withJob(start.jobId(), job -> job.start(start.tasks()));
        } else if (message instanceof FromCoordinator.CancelTasks cancel) {
            withJob(cancel.jobId(), job -> cancel(job, cancel.tasks()));
        } else if (message instanceof FromCoordinator.ReleaseTasks release) {
            onReleaseTasks(release);
        } else if (message instanceof FromCoordinator.ReleasePartitions unread) {
            withJob(unread.jobId(), job -> job.release(List.of(), unread.partitions()));
            shuffle.release(unread.partitions());
        } else if (message instanceof FromCoordinator.ReleaseJob release) {
            onReleaseJob(release.jobId());
        } else if (message instanceof FromCoordinator.Stop) {
            onStop("coordinator said so");
        } else if (!(message instanceof FromCoordinator.Alive) && !onCheckpoint(message)) {
            onStop("message=" + message.type() + " is not for a worker");
        }
    }

    /** True if it is about a checkpoint, of a job that is known or was. */
    private boolean onCheckpoint(final ControlMessage message) {
        if (message instanceof FromCoordinator.TriggerCheckpoint trigger) {
            withJob(trigger.jobId(), job -> job.triggerCheckpoint(trigger));
        } else if (message instanceof FromCoordinator.CheckpointCompleted completed) {
            withJob(completed.jobId(), job -> job.completeCheckpoint(completed));
        } else if (message instanceof FromCoordinator.CheckpointAborted aborted) {
            withJob(aborted.jobId(), job -> job.abortCheckpoint(aborted));
        } else {
            return false;
        }
        return true;
    }

    private void withJob(final long jobId, final Consumer<WorkerJob> action) {
        final WorkerJob job = jobs.get(jobId);
        if (job != null) {
            action.accept(job);
        }
    }

    private void onPrepareJob(final FromCoordinator.PrepareJob prepare) {
        try {
            final JobGraph graph = context.graphs().apply(prepare.program(), prepare.arguments());
            final Map<String, InetSocketAddress> addresses = new TreeMap<>();
            for (final JobEdge edge : graph.edges()) {
                final String service = edge.spec().shuffleService();
                addresses.put(service, shuffle.open(service));
            }
            jobs.put(prepare.jobId(), new WorkerJob(graph, openSnapshots(prepare)));
            link.send(new FromWorker.JobPrepared(prepare.jobId(), graph.fingerprint(), addresses));
        } catch (final IOException | RuntimeException | LinkageError e) {
            LOG.info("job={} refused", Long.toHexString(prepare.jobId()), e);
            link.send(new FromWorker.JobRefused(prepare.jobId(), FailureText.of(e, false)));
        }
    }

    /** {@code null} if the cluster takes no checkpoints. */
    private JobSnapshots openSnapshots(final FromCoordinator.PrepareJob prepare) {
        final WorkerSnapshots snapshots = context.tasks().checkpoints();
        if (snapshots == null) {
            return null;
        }
        snapshots.open(prepare.jobId(), prepare.incarnation());
        return snapshots.job(prepare.jobId());
    }

    private void onDeployTask(final TaskDeployment deployment) {
        final WorkerJob job = jobs.get(deployment.task().jobId());
        if (stopping) {
            return; // nobody would cancel it
        }
        try {
            if (job == null || job.has(deployment.task())) {
                throw new IllegalStateException(
                        "task=" + deployment.task() + " jobKnown=" + (job != null));
            }
            final TaskPlan plan =
                    new TaskPlan(deployment.task(), job.graph(), deployment.restore());
            final TaskContext own =
                    job.graph().isBatch() ? context.tasks().withoutCheckpoints() : context.tasks();
            final DeployedShuffle taskShuffle =
                    new DeployedShuffle(shuffle, deployment, plan.vertex(), plan.name());
            final RunningTask task =
                    context.runner()
                            .launch(wake -> new Task(plan, own, taskShuffle, new Tasks(), wake));
            job.add(deployment, task);
        } catch (final RuntimeException | Error e) {
            onTaskState(deployment.task(), TaskState.FAILED, e);
        }
    }

    /** On the task's thread. */
    private void onTaskState(final TaskId task, final TaskState state, final Throwable failure) {
        final FailureText text;
        if (failure == null) {
            text = FailureText.NONE;
        } else if (isOfDamagedState(failure)) {
            text = FailureText.of(failure, false).ofDamagedState();
        } else if (failure instanceof InputFailedException input) {
            text = FailureText.of(failure, true).of(input.unreadable());
        } else {
            text = FailureText.of(failure, false);
        }
        loop.execute(() -> send(new FromWorker.TaskChanged(task, state, text)));
    }

    private static boolean isOfDamagedState(final Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof CorruptStateException)) {
            cause = cause.getCause();
        }
        return cause != null;
    }

    /** Hears what becomes of tasks, on any thread. */
    private final class Tasks implements TaskListener {

        @Override
        public void onState(final TaskId task, final TaskState state, final Throwable failure) {
            onTaskState(task, state, failure);
        }

        @Override
        public void onSnapshot(
                final TaskId task, final long checkpoint, final TaskSnapshot snapshot) {
            loop.execute(() -> send(new FromWorker.SnapshotTaken(task, checkpoint, snapshot)));
        }

        @Override
        public void onDeclined(final TaskId task, final long checkpoint, final String reason) {
            loop.execute(() -> send(new FromWorker.SnapshotDeclined(task, checkpoint, reason)));
        }
    }

    private void cancel(final WorkerJob job, final Collection<TaskId> tasks) {
        job.cancel(tasks);
        loop.schedule(INTERRUPT_INTERVAL_NS, () -> interrupt(job, tasks));
    }

    private void interrupt(final WorkerJob job, final Collection<TaskId> tasks) {
        if (job.interrupt(tasks)) {
            loop.schedule(INTERRUPT_INTERVAL_NS, () -> interrupt(job, tasks));
        }
    }

    private void onReleaseTasks(final FromCoordinator.ReleaseTasks release) {
        final WorkerJob job = jobs.get(release.jobId());
        final List<TaskCounters> counters =
                job == null ? List.of() : job.release(release.tasks(), release.partitions());
        shuffle.release(release.partitions());
        settle(
                () -> context.pool().heldAfterClose(),
                loop.nanoTime() + SETTLE_TIMEOUT_NS,
                () ->
                        send(
                                new FromWorker.TasksReleased(
                                        release.jobId(), release.region(), counters)));
    }

    private void onReleaseJob(final long jobId) {
        final WorkerJob job = jobs.remove(jobId);
        if (context.tasks().checkpoints() != null) {
            context.tasks().checkpoints().close(jobId);
        }
        if (job == null) {
            send(new FromWorker.JobReleased(jobId, shuffle.counters(), List.of()));
            return;
        }
        shuffle.release(job.partitions());
        settle(
                this::heldByTasks,
                loop.nanoTime() + SETTLE_TIMEOUT_NS,
                () -> send(new FromWorker.JobReleased(jobId, shuffle.counters(), job.counters())));
    }

    /** With another job there is no telling whose they are, as long as their holders are open. */
    private int heldByTasks() {
        return jobs.isEmpty()
                ? context.pool().capacity() - context.pool().free() - shuffle.segmentsKept()
                : context.pool().heldAfterClose();
    }

    /** Waits until no segment is in use any more. */
    private void settle(final IntSupplier inUse, final long deadlineNs, final Runnable then) {
        final int held = inUse.getAsInt();
        final boolean late = deadlineNs - loop.nanoTime() <= 0;
        if (held == 0 || late) {
            if (held != 0) {
                LOG.error("segments not given back: {}", context.pool().leakReport());
            }
            then.run();
        } else {
            loop.schedule(SETTLE_INTERVAL_NS, () -> settle(inUse, deadlineNs, then));
        }
    }

    private void beat() {
        final long nowNs = loop.nanoTime();
        final long timeoutNs = context.timings().heartbeatTimeoutNs();
        if (nowNs - lastBeatNs > 2 * context.timings().heartbeatIntervalNs()) {
            lastHeardNs = nowNs; // it was asleep itself, so it listens first
        }
        lastBeatNs = nowNs;
        if (nowNs - lastHeardNs > timeoutNs) {
            onStop("coordinator lost: heartbeatTimeoutNs=" + timeoutNs);
        } else {
            send(new FromWorker.Alive());
        }
    }

    private void report() {
        final List<TaskCounters> tasks = new ArrayList<>();
        jobs.values().forEach(job -> tasks.addAll(job.counters()));
        send(new FromWorker.Progress(shuffle.counters(), tasks));
    }

    private void send(final FromWorker message) {
        if (link != null && !stopping) {
            link.send(message);
        }
    }

    private void every(final long intervalNs, final Runnable action) {
        loop.schedule(
                intervalNs,
                () -> {
                    if (!stopping) {
                        action.run();
                        every(intervalNs, action);
                    }
                });
    }

    private void onStop(final String reason) {
        if (stopping) {
            return;
        }
        LOG.info("worker ends: reason={}", reason);
        stopping = true;
        jobs.values().forEach(job -> cancel(job, job.taskIds()));
        awaitTasks(reason, loop.nanoTime() + context.timings().cancelTimeoutNs());
    }

    private void awaitTasks(final String reason, final long deadlineNs) {
        if (jobs.values().stream().allMatch(WorkerJob::isDone)) {
            end(reason);
        } else if (deadlineNs - loop.nanoTime() <= 0) {
            fail(new IllegalStateException("tasks do not stop: reason=" + reason));
        } else {
            loop.schedule(SETTLE_INTERVAL_NS, () -> awaitTasks(reason, deadlineNs));
        }
    }

    private void end(final String reason) {
        try {
            jobs.clear();
            shuffle.close();
            context.pool().close();
        } catch (final IllegalStateException e) {
            fail(e);
            return;
        }
        if (link != null) {
            link.close(reason);
        }
        ended.complete(reason);
    }

    private void fail(final RuntimeException failure) {
        LOG.error("worker ends with something left: {}", failure.getMessage());
        if (link != null) {
            link.close(failure.getMessage());
        }
        ended.completeExceptionally(failure);
    }
}
