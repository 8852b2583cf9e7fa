package io.geminid.verbs;

import io.geminid.verbs.work.Completions;

/**
 * Where the device says what it has finished. One thread polls, arms and waits; only {@link
 * #wakeup} is for others.
 *
 * <p>It must have room for everything outstanding on its queue pairs: a device does not wait, it
 * fails the queue ({@link AsyncEvent.Kind#COMPLETION_QUEUE_ERROR}). To sleep without missing
 * anything: poll until empty, {@link #arm}, poll once more, {@link #await}.
 */
public interface CompletionQueue extends AutoCloseable {

    /**
     * Takes what is there, up to the batch's capacity. Never waits, allocates nothing.
     *
     * @param into where the completions are put; what it held is lost
     * @return how many, 0 if there were none
     * @throws VerbsException if the queue itself has failed
     */
    int poll(Completions into) throws VerbsException;

    /**
     * Asks for one event at the next completion.
     *
     * @throws VerbsException if the device refuses
     */
    void arm() throws VerbsException;

    /**
     * Waits for the event that {@link #arm} asked for, for a {@link #wakeup}, or for the time.
     *
     * @param timeoutNs how long at most; negative is for ever
     * @return true if the event came; false says nothing about the queue
     * @throws VerbsException if waiting fails
     */
    boolean await(long timeoutNs) throws VerbsException;

    /**
     * Ends a wait, the present one or the next. For any thread, as long as the queue is open.
     *
     * @throws VerbsException if the system refuses
     */
    void wakeup() throws VerbsException;

    /**
     * How many completions it holds.
     *
     * @return what was granted, at least what was asked for
     */
    int capacity();

    /**
     * Gives the queue back, after its queue pairs.
     *
     * @throws VerbsException with EBUSY while a queue pair is left; the queue then stays
     */
    @Override
    void close() throws VerbsException;
}
