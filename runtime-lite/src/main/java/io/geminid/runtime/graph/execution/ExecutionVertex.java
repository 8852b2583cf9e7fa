package io.geminid.runtime.graph.execution;

import io.geminid.runtime.graph.JobVertex;

/** One subtask of a vertex, over all of its attempts. Owned by the coordinator's thread. */
public final class ExecutionVertex {

    private final JobVertex jobVertex;
    private final int subtask;
    private int attempt;
    private int nextAttempt = 1;

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
     * @return number of the latest attempt; reports about older ones are void
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
        attempt = nextAttempt++;
        return attempt;
    }

    /** Numbers its attempts from there on, instead of from 0 on. Before anything else. */
    void numberAttempts(final int first) {
        nextAttempt = first;
        beginAttempt();
    }

    /**
     * Goes back to what an attempt of before has done, so that none was begun yet.
     *
     * @param earlier its number
     */
    public void resume(final int earlier) {
        nextAttempt = attempt;
        attempt = earlier;
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
