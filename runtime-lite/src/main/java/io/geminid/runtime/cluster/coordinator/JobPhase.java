package io.geminid.runtime.cluster.coordinator;

/** Where a job stands, for its {@link JobMaster}. */
enum JobPhase {
    /** Its graph is being made. */
    CREATED,
    /** Regions come and go. */
    RUNNING,
    /** What is there was told to stop. */
    CANCELING,
    /** All regions have ended; workers clear away. */
    RELEASING,
    /** The result is known. Final. */
    DONE;

    /** Whether a job may go from this phase to another. */
    boolean canBecome(final JobPhase to) {
        return switch (this) {
            case CREATED -> to == RUNNING || to == CANCELING;
            case RUNNING -> to == CANCELING || to == RELEASING;
            case CANCELING -> to == RELEASING;
            case RELEASING -> to == DONE;
            case DONE -> false;
        };
    }
}
