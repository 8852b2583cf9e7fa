package io.geminid.runtime.graph.execution;

import io.geminid.runtime.graph.JobVertex;

/** One subtask of a vertex, over all of its attempts. Owned by the coordinator's thread. */
public final class ExecutionVertex {

    private final JobVertex jobVertex;
    private final int subtask;
    private Execution current;

    ExecutionVertex(final JobVertex jobVertex, final int subtask) {
        this.jobVertex = jobVertex;
        this.subtask = subtask;
        this.current = new Execution(this, 0);
    }

    /**
     * @return the vertex
     */
    public JobVertex jobVertex() {
        return jobVertex;
    }

    /**
     * @return index of the subtask
     */
    public int subtask() {
        return subtask;
    }

    /**
     * @return the latest attempt
     */
    public Execution current() {
        return current;
    }

    /**
     * Begins again.
     *
     * @return the new attempt
     * @throws IllegalStateException if the latest has not ended
     */
    public Execution newAttempt() {
        if (!current.state().isFinal()) {
            throw new IllegalStateException(current + " state=" + current.state());
        }
        current = new Execution(this, current.attempt() + 1);
        return current;
    }

    @Override
    public String toString() {
        return jobVertex.name() + " (" + (subtask + 1) + "/" + jobVertex.parallelism() + ")";
    }
}
