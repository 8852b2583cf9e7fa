package io.geminid.runtime.operator;

import io.geminid.runtime.time.WatermarkOutput;

/**
 * Where an operator's records go: the next operators of the chain and the task's partitions. Task
 * thread only. Watermarks and status go to all outputs, side outputs too.
 *
 * <p>A failure in an operator behind it comes as {@link OperatorException}; let it pass.
 *
 * @param <O> type of the records
 */
public interface Output<O> extends WatermarkOutput {

    /**
     * Sends a record.
     *
     * @param value the record, not to be changed by anybody from now on
     * @param timestampMillis its timestamp, or {@link
     *     io.geminid.runtime.time.Watermarks#NO_TIMESTAMP}
     */
    void collect(O value, long timestampMillis);

    /**
     * Sends a record to a side output. If nobody reads that, the record is dropped.
     *
     * @param tag which
     * @param value the record
     * @param timestampMillis its timestamp
     * @param <X> type of the record
     */
    default <X> void collect(final OutputTag<X> tag, final X value, final long timestampMillis) {}
}
