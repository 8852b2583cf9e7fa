package io.geminid.runtime.cluster.coordinator;

import io.geminid.runtime.cluster.checkpoint.CheckpointBook;
import io.geminid.runtime.cluster.checkpoint.CheckpointCoordinator;
import io.geminid.runtime.cluster.checkpoint.CheckpointRequest;
import io.geminid.runtime.cluster.checkpoint.CheckpointTotals;
import io.geminid.runtime.cluster.checkpoint.RestorePlan;
import io.geminid.runtime.cluster.job.KeepMode;
import io.geminid.runtime.cluster.message.FailureText;
import io.geminid.runtime.cluster.message.FromCoordinator;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.graph.execution.ExecutionGraph;
import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskRestore;
import io.geminid.runtime.task.TaskState;
import io.geminid.runtime.task.log.LogPosition;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What a job master has to do with checkpoints; nothing, if the cluster takes none. The
 * coordinator's loop only.
 */
final class MasterCheckpoints {

    private final long jobId;
    private final Map<TaskId, JobTask> tasks;
    private final Map<Integer, WorkerHandle> workers;
    private final CheckpointCoordinator coordinator;
    private RestorePlan restore;
    private long restored;
    private long damaged;
    private boolean running;

    /** Keeps the master's own maps, which change as the job goes on. */
    MasterCheckpoints(
            final CoordinatorContext context,
            final long jobId,
            final Map<TaskId, JobTask> tasks,
            final Map<Integer, WorkerHandle> workers) {
        this(context, jobId, tasks, workers, context.checkpoints().settings().isOn());
    }

    private MasterCheckpoints(
            final CoordinatorContext context,
            final long jobId,
            final Map<TaskId, JobTask> tasks,
            final Map<Integer, WorkerHandle> workers,
            final boolean isOn) {
        this.jobId = jobId;
        this.tasks = tasks;
        this.workers = workers;
        coordinator =
                isOn
                        ? new CheckpointCoordinator(
                                context.loop(), context.checkpoints(), jobId, new RunningTasks())
                        : null;
    }

    /** For a job that takes none. */
    static MasterCheckpoints none(
            final long jobId,
            final Map<TaskId, JobTask> tasks,
            final Map<Integer, WorkerHandle> workers) {
        return new MasterCheckpoints(null, jobId, tasks, workers, false);
    }

    /** Whether tasks end for good, each in its time, so all have to begin again if one has to. */
    boolean isEnding() {
        return coordinator != null && coordinator.isLastCompleted();
    }

    /** Reads what there is; told of the failure, or {@code null}. Before anything else. */
    void open(final ExecutionGraph graph, final Consumer<Exception> then) {
        if (coordinator == null) {
            then.accept(null);
        } else {
            coordinator.open(failure -> then.accept(failure == null ? misfit(graph) : failure));
        }
    }

    /** Why the graph cannot begin with what there is, or {@code null}. */
    private Exception misfit(final ExecutionGraph graph) {
        try {
            planOf(graph);
            return null;
        } catch (final IllegalArgumentException e) {
            return e;
        }
    }

    private RestorePlan planOf(final ExecutionGraph graph) {
        final CheckpointBook book = coordinator.book();
        return book.latest()
                .map(manifest -> new RestorePlan(manifest, book.baseOf(manifest), graph))
                .orElse(null);
    }

    int incarnation() {
        return coordinator == null ? 0 : coordinator.book().incarnation();
    }

    /** The job has ended. If it has ended well, none of its checkpoints will be restored. */
    void end(final boolean finished, final Runnable then) {
        if (coordinator == null || !finished) {
            then.run();
        } else {
            coordinator.discard(then);
        }
    }

    /** Before tasks are deployed: what they begin with. */
    void onDeploying(final ExecutionGraph graph, final boolean again) {
        running = false;
        restore = null;
        if (coordinator != null) {
            final Optional<CheckpointManifest> latest = coordinator.book().latest();
            restored = latest.map(coordinator.book()::baseOf).orElse(0L);
            restore = planOf(graph);
            if (again) {
                coordinator.onRestarted();
            }
            if (restore != null && restored != 0) {
                coordinator.restored().restoring(restored, restore.inFlightBytes());
            }
        }
    }

    TaskRestore restoreOf(final JobTask task) {
        final TaskRestore own =
                restore == null
                        ? TaskRestore.NONE
                        : restore.of(task.vertex().jobVertex(), task.id().subtask());
        if (coordinator != null) {
            coordinator.restored().begin(task.id(), own);
        }
        return own;
    }

    /** A task is in another state, while the job runs. */
    void onTaskChanged(final TaskState changed) {
        if (coordinator == null) {
            return;
        }
        if (!running && tasks.values().stream().allMatch(task -> takesPart(task.state()))) {
            running = true;
            coordinator.onRunning();
        }
        if (changed == TaskState.DRAINED
                && tasks.values().stream().allMatch(task -> task.state() == TaskState.DRAINED)) {
            coordinator.onDrained();
        }
    }

    private static boolean takesPart(final TaskState state) {
        return state == TaskState.RUNNING || state == TaskState.DRAINED;
    }

    void onSnapshot(final FromWorker.SnapshotTaken taken) {
        if (coordinator != null) {
            coordinator.onSnapshot(taken.task(), taken.checkpoint(), taken.snapshot());
        }
    }

    void onDeclined(final FromWorker.SnapshotDeclined declined) {
        if (coordinator != null) {
            coordinator.onDeclined(declined.task(), declined.checkpoint(), declined.reason());
        }
    }

    /** Perhaps because what it was restored from is damaged. */
    void onTaskFailed(final FailureText failure) {
        if (failure.damagedState() && coordinator != null) {
            damaged = restored;
        }
    }

    boolean isDamaged() {
        return damaged != 0;
    }

    /** Falls back to the checkpoint before, if there is one. */
    void giveUpDamaged(final Runnable goOn, final Consumer<FailureText> fail) {
        final long number = damaged;
        damaged = 0;
        coordinator.onDamaged(
                number,
                thereIsAnother -> {
                    if (thereIsAnother) {
                        goOn.run();
                    } else {
                        final String message =
                                "the checkpoint to restore is damaged and none before it is"
                                        + " retained: raise geminid.checkpoint.retained";
                        fail.accept(new FailureText(message, "", true));
                    }
                });
    }

    /**
     * Takes a checkpoint now.
     *
     * @param mode how long it is kept
     * @param kept completes with what a job can start from
     * @param end ends the job; its tasks show what is complete before they end
     */
    void keep(final KeepMode mode, final CompletableFuture<CheckpointId> kept, final Runnable end) {
        if (coordinator == null) {
            kept.completeExceptionally(new IOException("the job takes no checkpoints"));
            return;
        }
        final CompletableFuture<CheckpointId> done = new CompletableFuture<>();
        done.whenComplete(
                (id, failure) -> {
                    if (failure != null) {
                        kept.completeExceptionally(failure);
                    } else {
                        if (mode == KeepMode.SAVEPOINT_AND_STOP) {
                            end.run();
                        }
                        kept.complete(id);
                    }
                });
        coordinator.request(new CheckpointRequest(mode != KeepMode.CHECKPOINT, done));
    }

    void onStopping() {
        if (coordinator != null) {
            coordinator.onStopping();
        }
    }

    /** Whether it is not known yet which checkpoint is the latest. */
    boolean isUndecided() {
        return coordinator != null && coordinator.isCompleting();
    }

    CheckpointTotals totals() {
        return coordinator == null ? CheckpointTotals.NONE : coordinator.totals();
    }

    /** The tasks that run, as checkpoints see them. */
    private final class RunningTasks implements CheckpointCoordinator.Tasks {

        @Override
        public Collection<TaskId> ids() {
            return tasks.keySet();
        }

        @Override
        public void trigger(final CheckpointBarrier barrier, final Set<UUID> rewrite) {
            tell(new FromCoordinator.TriggerCheckpoint(jobId, barrier, rewrite));
        }

        @Override
        public void completed(
                final long checkpoint, final boolean isFinal, final List<LogPosition> consumed) {
            tell(new FromCoordinator.CheckpointCompleted(jobId, checkpoint, isFinal, consumed));
        }

        @Override
        public void aborted(final long checkpoint) {
            tell(new FromCoordinator.CheckpointAborted(jobId, checkpoint));
        }

        private void tell(final FromCoordinator message) {
            workers.values().forEach(worker -> worker.send(message));
        }
    }
}
