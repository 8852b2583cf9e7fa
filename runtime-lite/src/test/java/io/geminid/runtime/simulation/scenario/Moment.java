package io.geminid.runtime.simulation.scenario;

/** When something has just been said of which much may follow. */
enum Moment {
    /** Anything but a sign of life. */
    ANY,
    TASK_DEPLOYED,
    /** All of a restored task's state is there, and what was in flight comes next. */
    RESTORED_TASK_RUNS,
    TASK_DRAINED,
    TASK_FINISHED,
    SNAPSHOT_TAKEN,
    /** The last task of a checkpoint has answered. */
    SNAPSHOT_OF_LAST_TASK,
    COMPLETED,
    /** The first since something in flight was restored, perhaps before all of it was read. */
    FIRST_COMPLETED_AFTER_RESTORE,
    /** Tasks may end. */
    LAST_COMPLETED,
    GIVEN_UP
}
