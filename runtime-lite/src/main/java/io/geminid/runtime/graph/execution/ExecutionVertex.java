package io.geminid.runtime.graph.execution;

import io.geminid.runtime.graph.JobVertex;

/** One subtask of a vertex, over all of its attempts. Owned by the coordinator's thread. */
public final class ExecutionVertex {

    private final JobVertex jobVertex;
    private final int subtask;
    private int attempt;

    ExecutionVertex(final JobVertex jobVertex, final int subtask) {
        this.jobVertex = jobVertex;
        this.subtask = subtask;
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
     * @return number of the latest attempt, from 0 on; reports about older ones are void
     */
    public int attempt() {
        return attempt;
    }

    /**
     * Begins again: partitions and channels are from now on those of a new attempt.
     *
     * @return its number
     */
    public int beginAttempt() {
        return ++attempt;
    }

    @Override
    public String toString() {
        return jobVertex.name()
                + " ("
                + (subtask + 1)
                + "/"
                + jobVertex.parallelism()
                + ")#"
                + attempt;
    }
}
