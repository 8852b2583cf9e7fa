package io.geminid.runtime.cluster.worker;

import io.geminid.runtime.cluster.message.FromCoordinator;
import io.geminid.runtime.cluster.message.TaskCounters;
import io.geminid.runtime.cluster.message.TaskDeployment;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.task.Task;
import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.run.TaskRunner.RunningTask;
import io.geminid.runtime.task.storage.JobSnapshots;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** What a worker has of one job. The worker's loop only. */
final class WorkerJob {

    private final JobGraph graph;
    private final JobSnapshots snapshots;
    private final Map<TaskId, RunningTask> tasks = new LinkedHashMap<>();
    private final Set<ResultPartitionId> partitions = new LinkedHashSet<>();

    /** Without checkpoints if there are no snapshots. */
    WorkerJob(final JobGraph graph, final JobSnapshots snapshots) {
        this.graph = graph;
        this.snapshots = snapshots;
    }

    JobGraph graph() {
        return graph;
    }

    void add(final TaskDeployment deployment, final RunningTask task) {
        tasks.put(task.task().id(), task);
        if (snapshots != null) {
            snapshots.expectWriters(tasks.size());
            if (deployment.restore().checkpoint() > 0) {
                snapshots.onRestoring(deployment.restore().checkpoint());
            }
        }
        deployment.outputs().forEach(output -> partitions.add(output.partition().id()));
    }

    boolean has(final TaskId task) {
        return tasks.containsKey(task);
    }

    void triggerCheckpoint(final FromCoordinator.TriggerCheckpoint trigger) {
        snapshots.onTriggered(trigger.barrier().checkpoint(), trigger.rewrite());
        forEach(task -> task.triggerCheckpoint(trigger.barrier()));
    }

    void completeCheckpoint(final FromCoordinator.CheckpointCompleted completed) {
        snapshots.onCompleted(completed.checkpoint());
        forEach(task -> task.completeCheckpoint(completed.checkpoint(), completed.isFinal()));
        if (!completed.consumed().isEmpty()) {
            forEach(task -> task.truncateLog(completed.consumed()));
        }
    }

    void abortCheckpoint(final FromCoordinator.CheckpointAborted aborted) {
        forEach(task -> task.abortCheckpoint(aborted.checkpoint()));
        snapshots.onAborted(aborted.checkpoint());
    }

    private void forEach(final Consumer<Task> action) {
        tasks.values().forEach(task -> action.accept(task.task()));
    }

    void start(final Collection<TaskId> which) {
        find(which).forEach(task -> task.task().start());
    }

    void cancel(final Collection<TaskId> which) {
        find(which).forEach(task -> task.task().cancel());
    }

    /**
     * Interrupts those that have not ended yet.
     *
     * @return false if all have
     */
    boolean interrupt(final Collection<TaskId> which) {
        boolean any = false;
        for (final RunningTask task : find(which)) {
            if (!task.task().state().isTerminal()) {
                task.interrupt();
                any = true;
            }
        }
        return any;
    }

    private List<RunningTask> find(final Collection<TaskId> which) {
        return which.stream().map(tasks::get).filter(Objects::nonNull).toList();
    }

    Set<TaskId> taskIds() {
        return Set.copyOf(tasks.keySet());
    }

    /** Forgets tasks that have ended, and partitions. */
    List<TaskCounters> release(
            final Collection<TaskId> ended, final Collection<ResultPartitionId> unread) {
        final List<TaskCounters> counters = counters(find(ended));
        ended.forEach(tasks::remove);
        if (snapshots != null && !tasks.isEmpty()) {
            snapshots.expectWriters(tasks.size());
        }
        partitions.removeAll(unread);
        return counters;
    }

    boolean isDone() {
        return tasks.values().stream().allMatch(task -> task.task().state().isTerminal());
    }

    Set<ResultPartitionId> partitions() {
        return partitions;
    }

    List<TaskCounters> counters() {
        return counters(tasks.values());
    }

    private static List<TaskCounters> counters(final Collection<RunningTask> of) {
        return of.stream()
                .map(each -> new TaskCounters(each.task().id(), each.task().metrics().values()))
                .toList();
    }
}
