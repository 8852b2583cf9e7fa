package io.geminid.runtime.task.io;

/** What a turn of {@link Work} ended with. */
public enum WorkStatus {
    /** There may be more; mails and timers first. */
    MORE,
    /** No input; the task's thread is woken when there may be some. */
    NO_INPUT,
    /** No output to write to; the task's thread is woken when there may be some. */
    NO_OUTPUT,
    /** All records were processed. */
    END
}
