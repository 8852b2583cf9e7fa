package io.geminid.runtime.operator;

import io.geminid.runtime.time.WatermarkStatus;

/**
 * An operator that ends a stream: it sends nothing. What it must not lose it writes in {@link
 * #finish}.
 *
 * @param <I> type of the records it gets
 */
public interface SinkOperator<I> extends OneInputOperator<I, Void> {

    @Override
    default void processWatermark(final long watermark) throws Exception {}

    @Override
    default void processWatermarkStatus(final WatermarkStatus status) throws Exception {}
}
