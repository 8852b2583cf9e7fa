package io.geminid.verbs;

import io.geminid.verbs.info.QueuePairInfo;
import io.geminid.verbs.work.ReceiveList;
import io.geminid.verbs.work.SendList;

/**
 * A reliable connection's two queues. One thread posts; nothing here allocates.
 *
 * <p><b>Who owns a buffer.</b> From the moment a post has accepted a request, the device owns the
 * memory it names, and may read or write it at any time. The memory returns with the request's own
 * completion, successful or not, and after a failure with the flush completion; an unsignaled send
 * returns with the completion of any later send of the same queue pair. It does not return by a
 * timeout, nor by {@link #toError}. When {@code Connection.close()} has returned, the device holds
 * nothing of this queue pair any more.
 *
 * <p>Every receive completes exactly once. A send completes once if it is signaled or fails.
 */
public interface QueuePair {

    /**
     * Its number on the device; completions name it.
     *
     * @return 24 bits
     */
    int number();

    /**
     * What was granted.
     *
     * @return at least what was asked for
     */
    QueuePairLimits limits();

    /**
     * Posts a list of sends, with one notice to the device for all.
     *
     * @param list the requests; it may be rewritten as soon as this has returned
     * @param from the first one to post, 0 for all
     * @return how many were accepted, counted from {@code from}: these are the device's now. Fewer
     *     than asked means that the queue is full; the rest stays the caller's and can be posted
     *     later with a larger {@code from}
     * @throws VerbsException for any other refusal; {@link VerbsException#accepted} requests are
     *     the device's, the rest is the caller's
     */
    int postSends(SendList list, int from) throws VerbsException;

    /**
     * Posts a list of receives.
     *
     * @param list the requests; it may be rewritten as soon as this has returned
     * @param from the first one to post, 0 for all
     * @return how many were accepted, as with {@link #postSends}
     * @throws VerbsException as with {@link #postSends}
     */
    int postReceives(ReceiveList list, int from) throws VerbsException;

    /**
     * Stops it: everything posted is flushed, and the peer's sends fail. Doing it twice is no
     * error. Post no receive afterwards: a device may keep it without a word.
     *
     * @throws VerbsException if the device refuses
     */
    void toError() throws VerbsException;

    /**
     * What the device says of it. Allocates: for set-up, tests and reports.
     *
     * @return state and settings
     * @throws VerbsException if the device does not say
     */
    QueuePairInfo query() throws VerbsException;
}
