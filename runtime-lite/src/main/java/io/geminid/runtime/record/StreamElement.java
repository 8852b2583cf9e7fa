package io.geminid.runtime.record;

import io.geminid.runtime.time.Watermarks;

/**
 * One element of a channel. Mutable and reused: whoever fills it in keeps it, whoever gets it reads
 * it before the next one. One thread.
 *
 * @param <T> type of the records
 */
public final class StreamElement<T> {

    /** What an element is. */
    public enum Kind {
        /**
         * {@link StreamElement#value()}, and {@link StreamElement#timestampMillis()} if it has one.
         */
        RECORD,
        /** {@link StreamElement#timestampMillis()} is how far event time has come. */
        WATERMARK,
        /** Nothing comes for now. */
        IDLE,
        /** Something comes again. */
        ACTIVE
    }

    private Kind kind = Kind.ACTIVE;
    private T value;
    private long timestampMillis = Watermarks.NO_TIMESTAMP;

    /** Makes an element that says "active". */
    public StreamElement() {}

    /**
     * Becomes a record.
     *
     * @param newValue the record
     * @param newTimestampMillis its timestamp, or {@link Watermarks#NO_TIMESTAMP}
     * @return this
     */
    public StreamElement<T> record(final T newValue, final long newTimestampMillis) {
        kind = Kind.RECORD;
        value = newValue;
        timestampMillis = newTimestampMillis;
        return this;
    }

    /**
     * Becomes a watermark.
     *
     * @param watermark how far event time has come
     * @return this
     */
    public StreamElement<T> watermark(final long watermark) {
        kind = Kind.WATERMARK;
        value = null;
        timestampMillis = watermark;
        return this;
    }

    /**
     * Becomes a change between idle and active.
     *
     * @param idle whether it is now idle
     * @return this
     */
    public StreamElement<T> status(final boolean idle) {
        kind = idle ? Kind.IDLE : Kind.ACTIVE;
        value = null;
        timestampMillis = Watermarks.NO_TIMESTAMP;
        return this;
    }

    /**
     * @return what it is
     */
    public Kind kind() {
        return kind;
    }

    /**
     * @return the record; {@code null} if it is none
     */
    public T value() {
        return value;
    }

    /**
     * @return the record's timestamp, {@link Watermarks#NO_TIMESTAMP} if it has none, or the
     *     watermark
     */
    public long timestampMillis() {
        return timestampMillis;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case RECORD -> "record=" + value + " timestampMillis=" + timestampMillis;
            case WATERMARK -> "watermark=" + timestampMillis;
            case IDLE, ACTIVE -> "status=" + kind;
        };
    }
}
