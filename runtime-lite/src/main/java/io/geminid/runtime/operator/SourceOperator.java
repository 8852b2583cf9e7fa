package io.geminid.runtime.operator;

/**
 * An operator without input, polled from the task's mailbox loop. Always the head of its chain.
 *
 * @param <O> type of the records it sends
 */
public interface SourceOperator<O> extends StreamOperator<O> {

    /**
     * Sends at most one record, and the watermarks due. Never blocks.
     *
     * @return what to do next; {@link InputStatus#END} only after {@link
     *     io.geminid.runtime.time.Watermarks#MAX} was sent, and always from then on
     * @throws Exception fails the task
     */
    InputStatus emitNext() throws Exception;

    /**
     * Says whom to wake. Called once, before {@link #open}.
     *
     * @param listener called by any thread when, after {@link InputStatus#NOTHING_AVAILABLE}, it is
     *     worth asking again. A call that comes too early or too often does no harm, but a call
     *     that comes between the question and its answer must not be forgotten by the task
     */
    void onAvailable(Runnable listener);
}
