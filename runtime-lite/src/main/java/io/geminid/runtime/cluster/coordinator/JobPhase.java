package io.geminid.runtime.cluster.coordinator;

/** Where a job stands, for its {@link JobMaster}. */
enum JobPhase {
    /** Its graph is being made. */
    CREATED,
    /** Waits for slots. */
    AWAITING_SLOTS,
    /** Workers build the graph and open shuffle services. */
    PREPARING,
    /** Workers make tasks. */
    DEPLOYING,
    /** All tasks are there and may run. */
    RUNNING,
    /** Tasks were told to stop. */
    CANCELING,
    /** All tasks have ended; workers clear away. */
    RELEASING,
    /** Everything was given back after a failure; the job begins again in a moment. */
    AWAITING_RESTART,
    /** The result is known. Final. */
    DONE;

    /** Whether a job may go from this phase to another. */
    boolean canBecome(final JobPhase to) {
        return switch (this) {
            case CREATED -> to == AWAITING_SLOTS || to == CANCELING;
            case AWAITING_SLOTS -> to == PREPARING || to == CANCELING;
            case PREPARING -> to == DEPLOYING || to == CANCELING;
            case DEPLOYING -> to == RUNNING || to == CANCELING;
            case RUNNING -> to == CANCELING || to == RELEASING;
            case CANCELING -> to == RELEASING;
            case RELEASING -> to == AWAITING_RESTART || to == DONE;
            case AWAITING_RESTART -> to == AWAITING_SLOTS || to == CANCELING;
            case DONE -> false;
        };
    }
}
