package io.geminid.runtime.graph.execution;

/** One attempt to run a subtask. Owned by the coordinator's thread. */
public final class Execution {

    private final ExecutionVertex vertex;
    private final int attempt;
    private ExecutionState state = ExecutionState.CREATED;

    Execution(final ExecutionVertex vertex, final int attempt) {
        this.vertex = vertex;
        this.attempt = attempt;
    }

    /**
     * @return the subtask
     */
    public ExecutionVertex vertex() {
        return vertex;
    }

    /**
     * @return number of the attempt, from 0 on
     */
    public int attempt() {
        return attempt;
    }

    /**
     * @return where it stands
     */
    public ExecutionState state() {
        return state;
    }

    /**
     * Takes a step.
     *
     * @param next the new state
     * @throws IllegalStateException if it may not follow the present one
     */
    public void transition(final ExecutionState next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException(this + " state=" + state + " next=" + next);
        }
        state = next;
    }

    @Override
    public String toString() {
        return vertex + "#" + attempt;
    }
}
