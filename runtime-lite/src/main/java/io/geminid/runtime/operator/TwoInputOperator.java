package io.geminid.runtime.operator;

import io.geminid.runtime.time.WatermarkStatus;

/**
 * An operator with two inputs; always the head of its chain. Its own watermark is the lower one of
 * its active inputs: see {@link io.geminid.runtime.time.WatermarkCombiner}.
 *
 * @param <A> type of the records of the first input
 * @param <B> type of the records of the second input
 * @param <O> type of the records it sends
 */
public interface TwoInputOperator<A, B, O> extends StreamOperator<O> {

    /**
     * Processes a record of the first input.
     *
     * @param value the record, not to be changed
     * @param timestampMillis see {@link OneInputOperator#processElement}
     * @throws Exception fails the task
     */
    void processElement1(A value, long timestampMillis) throws Exception;

    /**
     * Processes a record of the second input.
     *
     * @param value the record, not to be changed
     * @param timestampMillis see {@link OneInputOperator#processElement}
     * @throws Exception fails the task
     */
    void processElement2(B value, long timestampMillis) throws Exception;

    /**
     * Event time of one input advances.
     *
     * @param input 0 or 1
     * @param watermark greater than that input's before
     * @throws Exception fails the task
     */
    void processWatermark(int input, long watermark) throws Exception;

    /**
     * One input turns idle or active again.
     *
     * @param input 0 or 1
     * @param status other than that input's before
     * @throws Exception fails the task
     */
    void processWatermarkStatus(int input, WatermarkStatus status) throws Exception;
}
