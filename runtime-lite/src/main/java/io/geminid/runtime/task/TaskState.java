package io.geminid.runtime.task;

/**
 * The life of a task. The order of the constants is part of the control protocol.
 *
 * <pre>
 *  CREATED -> DEPLOYING -> INITIALIZING -> RUNNING -> DRAINED -> FINISHED
 *     |           |             |            |          |
 *     +-----------+-------------+------------+----------+--> CANCELING --> CANCELED
 *     +-----------+-------------+------------+----------+-------+-------> FAILED
 * </pre>
 */
public enum TaskState {
    /** Known, nothing taken yet. */
    CREATED,
    /** Partitions and gates are made; waits for all others. */
    DEPLOYING,
    /** Operators open. */
    INITIALIZING,
    /** Records flow. */
    RUNNING,
    /** Processed all input; waits for a checkpoint that holds all of its effects. */
    DRAINED,
    /** Processed all input, and every consumer has all output. Final. */
    FINISHED,
    /** Told to stop; operators are being closed. */
    CANCELING,
    /** Stopped as told, everything given back. Final. */
    CANCELED,
    /** Stopped because of an exception, everything given back. Final. */
    FAILED;

    /**
     * @return true if nothing comes after it and the task holds nothing
     */
    public boolean isTerminal() {
        return this == FINISHED || this == CANCELED || this == FAILED;
    }

    /**
     * Whether a task may go from this state to another.
     *
     * @param to the next state
     * @return false if that would be an error in this program
     */
    public boolean canBecome(final TaskState to) {
        return switch (this) {
            case CREATED -> to == DEPLOYING || isEnd(to);
            case DEPLOYING -> to == INITIALIZING || isEnd(to);
            case INITIALIZING -> to == RUNNING || isEnd(to);
            case RUNNING -> to == DRAINED || to == FINISHED || isEnd(to);
            case DRAINED -> to == FINISHED || isEnd(to);
            case CANCELING -> to == CANCELED || to == FAILED;
            case FINISHED, CANCELED, FAILED -> false;
        };
    }

    private static boolean isEnd(final TaskState to) {
        return to == CANCELING || to == FAILED;
    }
}
