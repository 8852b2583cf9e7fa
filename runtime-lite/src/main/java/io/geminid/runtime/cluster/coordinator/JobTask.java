package io.geminid.runtime.cluster.coordinator;

import io.geminid.runtime.cluster.job.TaskReport;
import io.geminid.runtime.graph.JobVertex;
import io.geminid.runtime.graph.execution.ExecutionVertex;
import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskState;
import java.util.Map;

/** What the coordinator knows of one task. Its loop only. */
final class JobTask {

    private final TaskId id;
    private final ExecutionVertex vertex;
    private final WorkerHandle worker;
    private TaskState state = TaskState.CREATED;
    private boolean sent;
    private Map<String, Long> counters = Map.of();

    JobTask(final TaskId id, final ExecutionVertex vertex, final WorkerHandle worker) {
        this.id = id;
        this.vertex = vertex;
        this.worker = worker;
    }

    TaskId id() {
        return id;
    }

    ExecutionVertex vertex() {
        return vertex;
    }

    WorkerHandle worker() {
        return worker;
    }

    TaskState state() {
        return state;
    }

    /** Its worker was told to deploy it, so it will say how it ends. */
    void markSent() {
        sent = true;
    }

    /** Whether nothing more is to be heard of it. */
    boolean isOver() {
        return !sent || state.isTerminal();
    }

    void become(final TaskState to) {
        if (!state.canBecome(to)) {
            throw new IllegalStateException("task=" + this + " state=" + state + " to=" + to);
        }
        state = to;
    }

    /** Its worker is gone, and it with it. */
    void lose() {
        if (!state.isTerminal()) {
            state = TaskState.FAILED;
        }
    }

    void counters(final Map<String, Long> latest) {
        counters = latest;
    }

    TaskReport report() {
        return new TaskReport(
                toString(),
                id.vertex(),
                id.subtask(),
                id.attempt(),
                worker.name(),
                state.name(),
                counters);
    }

    @Override
    public String toString() {
        final JobVertex job = vertex.jobVertex();
        return job.name() + " (" + (vertex.subtask() + 1) + "/" + job.parallelism() + ")";
    }
}
