package io.geminid.runtime.graph.exchange;

import io.geminid.runtime.operator.function.KeySelector;
import io.geminid.state.KeyGroup;

/**
 * Chooses the channel of each record of one producing subtask. Has state (whose turn it is): task
 * thread only.
 *
 * @param <T> type of the records
 */
@FunctionalInterface
public interface ChannelSelector<T> {

    /** Answer of a selector: every channel gets the record. */
    int ALL_CHANNELS = -1;

    /**
     * Chooses.
     *
     * @param value the record
     * @return index of the subpartition, or {@link #ALL_CHANNELS}
     */
    int select(T value);

    /** See {@link Partitioner#selector}. */
    static <T> ChannelSelector<T> of(
            final Partitioner<T> partitioner,
            final int channelCount,
            final int maxParallelism,
            final int firstChannel) {
        switch (partitioner.exchange()) {
            case BROADCAST:
                return value -> ALL_CHANNELS;
            case KEY_GROUP:
                KeyGroup.check(channelCount, maxParallelism);
                final KeySelector<? super T, ?> selector = partitioner.keySelector();
                return value -> {
                    final int keyGroup = KeyGroup.of(selector.keyOf(value), maxParallelism);
                    return KeyGroup.ownerOf(keyGroup, maxParallelism, channelCount);
                };
            case FORWARD:
            case REBALANCE:
            case RESCALE:
                return channelCount == 1 ? value -> 0 : new InTurn<>(channelCount, firstChannel);
            default:
                throw new AssertionError(partitioner.exchange());
        }
    }

    /**
     * Each channel in turn.
     *
     * @param <T> type of the records
     */
    final class InTurn<T> implements ChannelSelector<T> {

        private final int channelCount;
        private int next;

        private InTurn(final int channelCount, final int firstChannel) {
            this.channelCount = channelCount;
            this.next = Math.floorMod(firstChannel, channelCount);
        }

        @Override
        public int select(final T value) {
            final int chosen = next;
            next = chosen + 1 == channelCount ? 0 : chosen + 1;
            return chosen;
        }
    }
}
