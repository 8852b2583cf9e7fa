package io.geminid.runtime.graph.exchange;

import io.geminid.runtime.operator.function.KeySelector;

/**
 * An exchange and what it needs to choose. Immutable and shared.
 *
 * @param exchange which
 * @param keySelector finds the key; not null exactly for {@link Exchange#KEY_GROUP}
 * @param <T> type of the records
 */
public record Partitioner<T>(Exchange exchange, KeySelector<? super T, ?> keySelector) {

    /** Checks that the selector is there if needed. */
    public Partitioner {
        if ((exchange == Exchange.KEY_GROUP) != (keySelector != null)) {
            throw new IllegalArgumentException(
                    "exchange=" + exchange + " keySelector=" + (keySelector != null));
        }
    }

    /**
     * One of the exchanges that need nothing.
     *
     * @param exchange which
     * @param <T> type of the records
     * @return the partitioner
     */
    public static <T> Partitioner<T> of(final Exchange exchange) {
        return new Partitioner<>(exchange, null);
    }

    /**
     * By key.
     *
     * @param keySelector finds the key
     * @param <T> type of the records
     * @return the partitioner
     */
    public static <T> Partitioner<T> byKey(final KeySelector<? super T, ?> keySelector) {
        return new Partitioner<>(Exchange.KEY_GROUP, keySelector);
    }

    /**
     * The choice of one producing subtask.
     *
     * @param channelCount number of consumers that it is connected with
     * @param maxParallelism number of key groups of the consuming operator
     * @param firstChannel where taking turns begins; different from subtask to subtask, so that
     *     short streams spread too
     * @return a selector of its own
     */
    public ChannelSelector<T> selector(
            final int channelCount, final int maxParallelism, final int firstChannel) {
        return ChannelSelector.of(this, channelCount, maxParallelism, firstChannel);
    }
}
