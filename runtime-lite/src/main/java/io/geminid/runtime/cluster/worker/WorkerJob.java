package io.geminid.runtime.cluster.worker;

import io.geminid.runtime.cluster.message.TaskCounters;
import io.geminid.runtime.cluster.message.TaskDeployment;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.task.Task;
import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.run.TaskRunner.RunningTask;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a worker has of one job. The worker's loop only. */
final class WorkerJob {

    private final JobGraph graph;
    private final Map<TaskId, RunningTask> tasks = new LinkedHashMap<>();
    private final List<ResultPartitionId> partitions = new ArrayList<>();
    private boolean cancelled;

    WorkerJob(final JobGraph graph) {
        this.graph = graph;
    }

    JobGraph graph() {
        return graph;
    }

    void add(final TaskDeployment deployment, final RunningTask task) {
        tasks.put(task.task().id(), task);
        deployment.outputs().forEach(output -> partitions.add(output.partition().id()));
        if (cancelled) {
            task.task().cancel();
        }
    }

    boolean has(final TaskId task) {
        return tasks.containsKey(task);
    }

    void forEach(final Consumer<Task> action) {
        tasks.values().forEach(task -> action.accept(task.task()));
    }

    void start() {
        tasks.values().forEach(task -> task.task().start());
    }

    void cancel() {
        cancelled = true;
        tasks.values().forEach(task -> task.task().cancel());
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Interrupts the tasks that have not ended yet. */
    void interrupt() {
        for (final RunningTask task : tasks.values()) {
            if (!task.task().state().isTerminal()) {
                task.interrupt();
            }
        }
    }

    boolean isDone() {
        return tasks.values().stream().allMatch(task -> task.task().state().isTerminal());
    }

    List<ResultPartitionId> partitions() {
        return partitions;
    }

    List<TaskCounters> counters() {
        final List<TaskCounters> counters = new ArrayList<>();
        tasks.forEach(
                (id, task) -> counters.add(new TaskCounters(id, task.task().metrics().values())));
        return counters;
    }
}
