package io.geminid.runtime.time;

/**
 * Follows the timestamps of one split and says how far event time has come. One instance a split;
 * needs no clock.
 *
 * @param <T> type of the records
 */
public interface WatermarkGenerator<T> {

    /**
     * Sees a record.
     *
     * @param value the record
     * @param timestampMillis its timestamp
     */
    void onRecord(T value, long timestampMillis);

    /**
     * How far event time has come; asked after records, at the strategy's interval.
     *
     * @return the watermark, or {@link Watermarks#NONE}; one that is lower than before is ignored
     */
    long currentWatermark();
}
