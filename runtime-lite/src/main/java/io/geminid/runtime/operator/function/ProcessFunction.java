package io.geminid.runtime.operator.function;

import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;

/**
 * Sees records with their timestamps and may use side outputs. Made anew for each subtask.
 *
 * @param <I> type of the input
 * @param <O> type of the output
 */
@FunctionalInterface
public interface ProcessFunction<I, O> {

    /**
     * Starts.
     *
     * @param context of the operator
     * @throws Exception fails the task
     */
    default void open(final OperatorContext context) throws Exception {}

    /**
     * Processes a record.
     *
     * @param value not to be changed
     * @param timestampMillis its timestamp, or {@link
     *     io.geminid.runtime.time.Watermarks#NO_TIMESTAMP}
     * @param out where to; watermarks are not the function's business
     * @throws Exception fails the task
     */
    void process(I value, long timestampMillis, Output<O> out) throws Exception;

    /**
     * All input was processed.
     *
     * @param out where to
     * @throws Exception fails the task
     */
    default void finish(final Output<O> out) throws Exception {}

    /**
     * Ends.
     *
     * @throws Exception fails the task
     */
    default void close() throws Exception {}
}
