package io.geminid.runtime.graph.execution;

/** Where an attempt stands. */
public enum ExecutionState {
    /** Has no slot yet. */
    CREATED,
    /** Has a slot; its worker has not been told yet. */
    SCHEDULED,
    /** Its worker was told. */
    DEPLOYING,
    /** Operators are being opened. */
    INITIALIZING,
    /** Records flow. */
    RUNNING,
    /** Processed all of its input. Final. */
    FINISHED,
    /** Was told to stop. */
    CANCELING,
    /** Stopped because it was told to. Final. */
    CANCELED,
    /** Stopped because of an error. Final. */
    FAILED;

    /**
     * Whether nothing comes after it.
     *
     * @return true for finished, cancelled and failed
     */
    public boolean isFinal() {
        return this == FINISHED || this == CANCELED || this == FAILED;
    }

    /**
     * Whether a state may follow this one. An attempt may fail at any time, be cancelled at any
     * time before its end, and skip no step otherwise.
     *
     * @param next the state that would follow
     * @return true if so
     */
    public boolean canBecome(final ExecutionState next) {
        if (isFinal()) {
            return false;
        }
        switch (next) {
            case FAILED:
                return true;
            case CANCELING:
                return this != CANCELING && this != CREATED;
            case CANCELED:
                return this == CANCELING || this == CREATED;
            case FINISHED:
                return this == RUNNING || this == CANCELING;
            default:
                return this != CANCELING && next.ordinal() == ordinal() + 1;
        }
    }
}
