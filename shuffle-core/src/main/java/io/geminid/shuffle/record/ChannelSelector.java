package io.geminid.shuffle.record;

/**
 * Says which subpartition a record goes to. Used by one thread, and may keep state (a round robin
 * does).
 *
 * @param <T> type of the records
 */
@FunctionalInterface
public interface ChannelSelector<T> {

    /**
     * Chooses.
     *
     * @param record the record that is about to be emitted
     * @param subpartitionCount how many there are, 1 or more
     * @return 0 to {@code subpartitionCount - 1}
     */
    int select(T record, int subpartitionCount);
}
