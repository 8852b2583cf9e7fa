package io.geminid.runtime.simulation.scenario;

/**
 * States that many runs together must reach, or they prove little. A campaign fails that is large
 * enough for one and has not reached it.
 */
enum Sometimes {
    CHECKPOINT_COMPLETED(Seeds.OFTEN),
    CHECKPOINT_WITH_ALL_INPUT_PROCESSED(Seeds.OFTEN),
    CHECKPOINT_GIVEN_UP(Seeds.OFTEN),
    CHECKPOINT_TIMED_OUT(Seeds.RARELY),
    CHECKPOINT_WITH_ALL_SNAPSHOTS_GIVEN_UP(Seeds.NOW_AND_THEN),
    LAST_CHECKPOINT_GIVEN_UP(Seeds.NOW_AND_THEN),
    SNAPSHOT_DECLINED(Seeds.NOW_AND_THEN),
    ABORT_REACHED_A_TASK_AFTER_ITS_SNAPSHOT(Seeds.NOW_AND_THEN),
    SNAPSHOT_CAME_AFTER_ITS_CHECKPOINT_WAS_GIVEN_UP(Seeds.NOW_AND_THEN),
    BYTES_IN_FLIGHT_CAPTURED(Seeds.OFTEN),
    MORE_THAN_THREE_SEGMENTS_CAPTURED_BY_A_TASK(Seeds.NOW_AND_THEN),
    RECORDS_OF_THREE_SEGMENTS_CAPTURED(Seeds.RARELY),
    ALIGNED_BARRIER_TURNED_UNALIGNED(Seeds.NOW_AND_THEN),
    TASK_GIVEN_BYTES_OUT_OF_LOGS(Seeds.NOW_AND_THEN),
    BYTES_IN_FLIGHT_COMPARED_WITH_LOGS(Seeds.OFTEN),
    BYTES_IN_FLIGHT_COMPARED_BESIDE_RESTORED_ONES(Seeds.NOW_AND_THEN),
    LOG_CUT_OFF(Seeds.OFTEN),
    LOG_BEGAN_ANEW(Seeds.NOW_AND_THEN),
    CHECKPOINT_TOOK_OVER_RESTORED_BYTES(Seeds.NOW_AND_THEN),
    CHECKPOINT_WITH_RESTORED_BYTES_COMPLETED(Seeds.NOW_AND_THEN),
    TASK_GIVEN_BYTES_IN_FLIGHT(Seeds.NOW_AND_THEN),
    BYTES_IN_FLIGHT_RESCALED(Seeds.RARELY),
    RESTART_WITH_A_CHECKPOINT(Seeds.OFTEN),
    RESTART_WITH_THE_LAST_CHECKPOINT(Seeds.NOW_AND_THEN),
    RESTART_WITHOUT_A_CHECKPOINT(Seeds.NOW_AND_THEN),
    RESTART_WHILE_RESTORING(Seeds.NOW_AND_THEN),
    NEW_COORDINATOR_FOUND_A_CHECKPOINT(Seeds.NOW_AND_THEN),
    FIFTH_ATTEMPT(Seeds.NOW_AND_THEN),
    OLD_ATTEMPT_STILL_RUNS(Seeds.OFTEN),
    ATTEMPTS_OF_TASKS_DIFFER(Seeds.OFTEN),
    SOME_TASKS_DRAINED_OTHERS_NOT(Seeds.OFTEN),
    DRAINED_TASK_BEGINS_AGAIN(Seeds.OFTEN),
    FINISHED_TASK_BEGINS_AGAIN(Seeds.NOW_AND_THEN),
    TASK_BACK_PRESSURED(Seeds.NOW_AND_THEN),
    WORKER_REPLACED(Seeds.OFTEN),
    WORKER_LOST_WHILE_A_CHECKPOINT_WAS_PENDING(Seeds.OFTEN),
    WORKER_LOST_BEFORE_IT_IS_DECIDED_ABOUT_A_CHECKPOINT(Seeds.NOW_AND_THEN),
    WORKER_LOST_BEFORE_IT_HEARD_OF_A_COMPLETED_CHECKPOINT(Seeds.NOW_AND_THEN),
    FAULT_CRASH(Seeds.OFTEN),
    FAULT_PAUSE(Seeds.NOW_AND_THEN),
    FAULT_LONG_PAUSE(Seeds.NOW_AND_THEN),
    FAULT_CUT_CONTROL(Seeds.NOW_AND_THEN),
    FAULT_SILENCE_CONTROL(Seeds.NOW_AND_THEN),
    FAULT_CUT_DATA(Seeds.NOW_AND_THEN),
    FAULT_STORAGE(Seeds.NOW_AND_THEN),
    FAULT_CRASH_COORDINATOR(Seeds.NOW_AND_THEN),
    FAULT_PAUSE_COORDINATOR(Seeds.NOW_AND_THEN),
    FAULT_CUT_POWER(Seeds.NOW_AND_THEN),
    FAULT_RESCALE(Seeds.NOW_AND_THEN),
    JOB_WITHOUT_RECORDS(Seeds.NOW_AND_THEN),
    RUN_WITHOUT_FAULTS(Seeds.OFTEN),
    FINISHED_AFTER_FIVE_FAULTS(Seeds.OFTEN);

    /** After so many seeds the chance that it was reached by none is less than one in 10^12. */
    private final int enough;

    Sometimes(final int enough) {
        this.enough = enough;
    }

    /** Whether a campaign of so many seeds must have reached it. */
    boolean isExpected(final long seeds) {
        return seeds >= enough;
    }

    /** After how many seeds. */
    private static final class Seeds {
        /** One run in five, or more. */
        static final int OFTEN = 150;

        /** One run in 60, or more. */
        static final int NOW_AND_THEN = 2_000;

        /** One run in 300, or more. */
        static final int RARELY = 10_000;
    }
}
