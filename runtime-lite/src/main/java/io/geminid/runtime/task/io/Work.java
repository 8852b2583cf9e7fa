package io.geminid.runtime.task.io;

/** What a task does between mails and timers: a turn is a batch of records. Task thread only. */
public interface Work {

    /** Records in a turn: the cost of looking for mails and timers is shared, none waits long. */
    int RECORDS_PER_TURN_MAX = 128;

    /**
     * Processes up to a batch of records, each only if output is available (INV M3). Returns early
     * if a priority mail waits (INV M2).
     *
     * @return what to do next
     * @throws Exception fails the task
     */
    WorkStatus turn() throws Exception;

    /**
     * How far it has come.
     *
     * @param finished whether the operators have finished
     * @return for a checkpoint
     */
    InputProgress progress(boolean finished);

    /**
     * Tells producers that all their records were processed. Called after the operators have
     * finished.
     */
    void acknowledgeAllRecordsProcessed();

    /**
     * Whether nothing at all comes any more, reading what still comes.
     *
     * @return false if something may come; the task's thread is woken then
     * @throws Exception fails the task
     */
    boolean isFinished() throws Exception;

    /**
     * @return records taken so far
     */
    long recordsIn();

    /**
     * @return bytes of the records taken so far
     */
    long bytesIn();

    /** Gives back what is held. Idempotent. */
    void close();
}
