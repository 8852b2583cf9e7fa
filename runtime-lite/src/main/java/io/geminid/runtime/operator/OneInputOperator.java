package io.geminid.runtime.operator;

import io.geminid.runtime.time.WatermarkStatus;

/**
 * An operator with one input.
 *
 * @param <I> type of the records it gets
 * @param <O> type of the records it sends
 */
public interface OneInputOperator<I, O> extends StreamOperator<O> {

    /**
     * Processes a record.
     *
     * @param value the record, not to be changed
     * @param timestampMillis its timestamp, or {@link
     *     io.geminid.runtime.time.Watermarks#NO_TIMESTAMP}
     * @throws Exception fails the task
     */
    void processElement(I value, long timestampMillis) throws Exception;

    /**
     * Event time advances. An operator that does not end the stream fires its timers up to the
     * watermark and then passes it on.
     *
     * @param watermark greater than the one before
     * @throws Exception fails the task
     */
    void processWatermark(long watermark) throws Exception;

    /**
     * The input turns idle or active again. Passed on unless the operator ends the stream.
     *
     * @param status other than before
     * @throws Exception fails the task
     */
    void processWatermarkStatus(WatermarkStatus status) throws Exception;
}
