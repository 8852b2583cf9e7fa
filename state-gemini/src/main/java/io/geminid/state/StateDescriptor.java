package io.geminid.state;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.kind.AggregateFunction;
import io.geminid.state.kind.AggregatingState;
import io.geminid.state.kind.ListState;
import io.geminid.state.kind.LongState;
import io.geminid.state.kind.MapState;
import io.geminid.state.kind.ReduceFunction;
import io.geminid.state.kind.ReducingState;
import io.geminid.state.kind.State;
import io.geminid.state.kind.ValueState;

/**
 * Names a state of an operator and says of what kind it is and how its values become bytes. A store
 * keeps {@link #schema()} beside the bytes, so that a later reader can tell whether it understands
 * them. The sub-types carry what is special to a kind.
 *
 * @param <S> the kind of handle it describes
 */
public sealed interface StateDescriptor<S extends State> {

    /**
     * The name, unique within the operator.
     *
     * @return not empty
     */
    String name();

    /**
     * How long a value lives after it was last written, by the clock of the store. What is older is
     * never returned; when it is removed is up to the store. In a list and in a map each element
     * has its own age.
     *
     * @return milliseconds, or 0 for no limit
     */
    long ttlMillis();

    /**
     * The same state with a limited life.
     *
     * @param millis see {@link #ttlMillis()}
     * @return a changed copy
     */
    StateDescriptor<S> withTtlMillis(long millis);

    /**
     * What must be known to read the stored bytes: kind, and identity and version of each
     * serializer.
     *
     * @return for example {@code "map<utf8@1,int64@1>"}
     */
    String schema();

    /**
     * A state of one value.
     *
     * @param name see {@link #name()}
     * @param serializer of the value
     * @param <V> type of the value
     * @return the descriptor
     */
    static <V> StateDescriptor<ValueState<V>> value(
            final String name, final RecordSerializer<V> serializer) {
        return new OfValue<>(name, serializer, 0);
    }

    /**
     * A state of one {@code long}.
     *
     * @param name see {@link #name()}
     * @return the descriptor
     */
    static StateDescriptor<LongState> ofLong(final String name) {
        return new OfLong(name, 0);
    }

    /**
     * A state of a list.
     *
     * @param name see {@link #name()}
     * @param serializer of the elements
     * @param <E> type of the elements
     * @return the descriptor
     */
    static <E> StateDescriptor<ListState<E>> list(
            final String name, final RecordSerializer<E> serializer) {
        return new OfList<>(name, serializer, 0);
    }

    /**
     * A state of a map.
     *
     * @param name see {@link #name()}
     * @param keySerializer of the map's keys
     * @param valueSerializer of the values
     * @param <K> type of the map's keys
     * @param <V> type of the values
     * @return the descriptor
     */
    static <K, V> StateDescriptor<MapState<K, V>> map(
            final String name,
            final RecordSerializer<K> keySerializer,
            final RecordSerializer<V> valueSerializer) {
        return new OfMap<>(name, keySerializer, valueSerializer, 0);
    }

    /**
     * A state of one value into which others are folded.
     *
     * @param name see {@link #name()}
     * @param function how to fold
     * @param serializer of the value
     * @param <V> type of the value
     * @return the descriptor
     */
    static <V> StateDescriptor<ReducingState<V>> reducing(
            final String name,
            final ReduceFunction<V> function,
            final RecordSerializer<V> serializer) {
        return new OfReducing<>(name, function, serializer, 0);
    }

    /**
     * A state of an accumulator into which values are folded.
     *
     * @param name see {@link #name()}
     * @param function how to fold
     * @param serializer of the accumulator
     * @param <I> type of what is added
     * @param <A> type of the accumulator
     * @param <R> type of what is read
     * @return the descriptor
     */
    static <I, A, R> StateDescriptor<AggregatingState<I, R>> aggregating(
            final String name,
            final AggregateFunction<I, A, R> function,
            final RecordSerializer<A> serializer) {
        return new OfAggregating<>(name, function, serializer, 0);
    }

    /**
     * Describes a {@link ValueState}.
     *
     * @param name see {@link StateDescriptor#name()}
     * @param serializer of the value
     * @param ttlMillis see {@link StateDescriptor#ttlMillis()}
     * @param <V> type of the value
     */
    record OfValue<V>(String name, RecordSerializer<V> serializer, long ttlMillis)
            implements StateDescriptor<ValueState<V>> {
        /** Checks the arguments. */
        public OfValue {
            check(name, ttlMillis);
        }

        @Override
        public OfValue<V> withTtlMillis(final long millis) {
            return new OfValue<>(name, serializer, millis);
        }

        @Override
        public String schema() {
            return "value<" + idOf(serializer) + ">";
        }
    }

    /**
     * Describes a {@link LongState}.
     *
     * @param name see {@link StateDescriptor#name()}
     * @param ttlMillis see {@link StateDescriptor#ttlMillis()}
     */
    record OfLong(String name, long ttlMillis) implements StateDescriptor<LongState> {
        /** Checks the arguments. */
        public OfLong {
            check(name, ttlMillis);
        }

        @Override
        public OfLong withTtlMillis(final long millis) {
            return new OfLong(name, millis);
        }

        @Override
        public String schema() {
            return "long";
        }
    }

    /**
     * Describes a {@link ListState}.
     *
     * @param name see {@link StateDescriptor#name()}
     * @param serializer of the elements
     * @param ttlMillis see {@link StateDescriptor#ttlMillis()}
     * @param <E> type of the elements
     */
    record OfList<E>(String name, RecordSerializer<E> serializer, long ttlMillis)
            implements StateDescriptor<ListState<E>> {
        /** Checks the arguments. */
        public OfList {
            check(name, ttlMillis);
        }

        @Override
        public OfList<E> withTtlMillis(final long millis) {
            return new OfList<>(name, serializer, millis);
        }

        @Override
        public String schema() {
            return "list<" + idOf(serializer) + ">";
        }
    }

    /**
     * Describes a {@link MapState}.
     *
     * @param name see {@link StateDescriptor#name()}
     * @param keySerializer of the map's keys
     * @param valueSerializer of the values
     * @param ttlMillis see {@link StateDescriptor#ttlMillis()}
     * @param <K> type of the map's keys
     * @param <V> type of the values
     */
    record OfMap<K, V>(
            String name,
            RecordSerializer<K> keySerializer,
            RecordSerializer<V> valueSerializer,
            long ttlMillis)
            implements StateDescriptor<MapState<K, V>> {
        /** Checks the arguments. */
        public OfMap {
            check(name, ttlMillis);
        }

        @Override
        public OfMap<K, V> withTtlMillis(final long millis) {
            return new OfMap<>(name, keySerializer, valueSerializer, millis);
        }

        @Override
        public String schema() {
            return "map<" + idOf(keySerializer) + "," + idOf(valueSerializer) + ">";
        }
    }

    /**
     * Describes a {@link ReducingState}.
     *
     * @param name see {@link StateDescriptor#name()}
     * @param function how to fold
     * @param serializer of the value
     * @param ttlMillis see {@link StateDescriptor#ttlMillis()}
     * @param <V> type of the value
     */
    record OfReducing<V>(
            String name, ReduceFunction<V> function, RecordSerializer<V> serializer, long ttlMillis)
            implements StateDescriptor<ReducingState<V>> {
        /** Checks the arguments. */
        public OfReducing {
            check(name, ttlMillis);
        }

        @Override
        public OfReducing<V> withTtlMillis(final long millis) {
            return new OfReducing<>(name, function, serializer, millis);
        }

        @Override
        public String schema() {
            return "reducing<" + idOf(serializer) + ">";
        }
    }

    /**
     * Describes an {@link AggregatingState}.
     *
     * @param name see {@link StateDescriptor#name()}
     * @param function how to fold
     * @param serializer of the accumulator
     * @param ttlMillis see {@link StateDescriptor#ttlMillis()}
     * @param <I> type of what is added
     * @param <A> type of the accumulator
     * @param <R> type of what is read
     */
    record OfAggregating<I, A, R>(
            String name,
            AggregateFunction<I, A, R> function,
            RecordSerializer<A> serializer,
            long ttlMillis)
            implements StateDescriptor<AggregatingState<I, R>> {
        /** Checks the arguments. */
        public OfAggregating {
            check(name, ttlMillis);
        }

        @Override
        public OfAggregating<I, A, R> withTtlMillis(final long millis) {
            return new OfAggregating<>(name, function, serializer, millis);
        }

        @Override
        public String schema() {
            return "aggregating<" + idOf(serializer) + ">";
        }
    }

    private static void check(final String name, final long ttlMillis) {
        if (name.isEmpty() || ttlMillis < 0) {
            throw new IllegalArgumentException("state=" + name + " ttlMillis=" + ttlMillis);
        }
    }

    private static String idOf(final RecordSerializer<?> serializer) {
        return serializer.id() + "@" + serializer.version();
    }
}
