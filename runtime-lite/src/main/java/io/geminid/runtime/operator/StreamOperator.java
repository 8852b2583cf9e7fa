package io.geminid.runtime.operator;

import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.serial.RecordOutput;

/**
 * What all operators have in common: the life cycle. In this order:
 *
 * <ol>
 *   <li>{@link #open}, the operators of a chain from its end to its head, so that whoever sends
 *       finds an open receiver
 *   <li>elements, watermarks, timers
 *   <li>{@link #endOfInput} for each input, in any order; the last watermark came before it
 *   <li>{@link #finish}, from the head of the chain to its end, so that what an operator still
 *       sends finds an open receiver. Only if all input was processed, not if the task was
 *       cancelled
 *   <li>{@link #close}, always and once, even if {@link #open} failed
 * </ol>
 *
 * <p>An instance serves one attempt of one subtask. Task thread only.
 *
 * @param <O> type of the records it sends
 */
public interface StreamOperator<O> {

    /**
     * Starts. State is there, restored if there was any.
     *
     * @param context everything but records; kept by the operator
     * @param output where records go; kept by the operator
     * @throws Exception fails the task
     */
    void open(OperatorContext context, Output<O> output) throws Exception;

    /**
     * One input has ended; nothing more comes from it.
     *
     * @param input 0, or 1 for the second input of a {@link TwoInputOperator}
     * @throws Exception fails the task
     */
    default void endOfInput(final int input) throws Exception {}

    /**
     * All inputs have ended: sends what is held back.
     *
     * @throws Exception fails the task
     */
    default void finish() throws Exception {}

    /**
     * Writes the state that is not keyed for a checkpoint. Between two records; sends nothing. What
     * is written here comes back by {@link OperatorContext#restored}.
     *
     * @param checkpoint number of the checkpoint, rising
     * @param out where to
     * @throws Exception fails the task
     */
    default void snapshot(final long checkpoint, final RecordOutput out) throws Exception {}

    /**
     * What the snapshot that was just taken still needs before it counts. Asked for once after each
     * {@link #snapshot}.
     *
     * @return run on another thread; {@code null} for nothing
     */
    default BlockingPart blockingPart() {
        return null;
    }

    /**
     * A checkpoint can be restored from now on. Calls may be missing: whoever waits for one goes by
     * "this one or a later one".
     *
     * @param checkpoint its number
     * @throws Exception fails the task
     */
    default void onCheckpointComplete(final long checkpoint) throws Exception {}

    /**
     * Frees what was taken. Sends nothing.
     *
     * @throws Exception fails the task, if it has not failed before
     */
    default void close() throws Exception {}
}
