package io.geminid.perf.state.workload;

import io.geminid.serial.Serializers;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.kind.ListState;
import io.geminid.state.kind.MapState;
import io.geminid.state.kind.ValueState;
import java.util.ArrayList;
import java.util.List;

/**
 * A store with one kind of data in it, and the operations on that. One thread.
 *
 * @param <V> the class of the values
 */
abstract class Workload<V> {

    private static final int ENTRIES = 10;

    private final StateStore<Long> store;
    private final ValueType<V> type;
    private final KeyStream random;
    private final long keys;

    private Workload(final StateStore<Long> store, final ValueType<V> type, final long keys) {
        this.store = store;
        this.type = type;
        this.keys = keys;
        this.random = new KeyStream(7, keys);
    }

    static <V> Workload<V> of(
            final StateCase.Data data,
            final StateStore<Long> store,
            final ValueType<V> type,
            final long keys) {
        final long tenth = Math.max(1, keys / ENTRIES);
        return switch (data) {
            case VALUES -> new Values<>(store, type, keys);
            case MAPS -> new Maps<>(store, type, tenth);
            case GROWING_LISTS -> new Lists<>(store, type, keys, 1);
            case LISTS -> new Lists<>(store, type, tenth, ENTRIES);
        };
    }

    /** Puts the data in. */
    final void load() {
        for (long n = 0; n < keys; n++) {
            store.setCurrentKey(KeyStream.key(n));
            loadCurrentKey(n);
        }
    }

    /** How many values were put in. */
    abstract long entries();

    abstract void loadCurrentKey(long n);

    /**
     * Does one operation on some key.
     *
     * @return something that depends on what was read
     */
    final long run(final StateCase what) {
        store.setCurrentKey(random.nextKey());
        return runOnCurrentKey(what);
    }

    abstract long runOnCurrentKey(StateCase what);

    final long keys() {
        return keys;
    }

    final ValueType<V> type() {
        return type;
    }

    final long random() {
        return random.next();
    }

    private static final class Values<V> extends Workload<V> {
        private final ValueState<V> state;

        Values(final StateStore<Long> store, final ValueType<V> type, final long keys) {
            super(store, type, keys);
            state = store.state(StateDescriptor.value("values", type.serializer()));
        }

        @Override
        long entries() {
            return keys();
        }

        @Override
        void loadCurrentKey(final long n) {
            state.update(type().of(n + 1_000));
        }

        @Override
        long runOnCurrentKey(final StateCase what) {
            switch (what) {
                case VALUE_GET:
                    return type().glance(state.get());
                case VALUE_UPDATE:
                    state.update(type().of(random()));
                    return 0;
                default:
                    final V value = type().changed(state.get());
                    state.update(value);
                    return type().glance(value);
            }
        }
    }

    private static final class Maps<V> extends Workload<V> {
        private final MapState<Long, V> state;
        private long sum;

        Maps(final StateStore<Long> store, final ValueType<V> type, final long keys) {
            super(store, type, keys);
            state = store.state(StateDescriptor.map("maps", Serializers.LONG, type.serializer()));
        }

        @Override
        long entries() {
            return keys() * ENTRIES;
        }

        @Override
        void loadCurrentKey(final long n) {
            for (long entry = 0; entry < ENTRIES; entry++) {
                state.put(entry, type().of(n + entry + 1_000));
            }
        }

        @Override
        long runOnCurrentKey(final StateCase what) {
            switch (what) {
                case MAP_GET:
                    return type().glance(state.get(Long.remainderUnsigned(random(), ENTRIES)));
                case MAP_PUT:
                    final long number = random();
                    state.put(Long.remainderUnsigned(number, ENTRIES), type().of(number));
                    return 0;
                default:
                    state.forEach(
                            (key, value) -> {
                                sum += key + type().glance(value);
                                return true;
                            });
                    return sum;
            }
        }
    }

    private static final class Lists<V> extends Workload<V> {

        /** Lists that grow are as long as this on average, in the end. */
        private static final int LENGTH_MASK = 0xF;

        private final ListState<V> state;
        private final int elements;

        Lists(
                final StateStore<Long> store,
                final ValueType<V> type,
                final long keys,
                final int elements) {
            super(store, type, keys);
            this.elements = elements;
            state = store.state(StateDescriptor.list("lists", type.serializer()));
        }

        @Override
        long entries() {
            return keys() * elements;
        }

        @Override
        void loadCurrentKey(final long n) {
            final List<V> list = new ArrayList<>(elements);
            for (long element = 0; element < elements; element++) {
                list.add(type().of(n + element + 1_000));
            }
            state.update(list);
        }

        @Override
        long runOnCurrentKey(final StateCase what) {
            if (what == StateCase.LIST_GET) {
                long sum = 0;
                for (final V element : state.get()) {
                    sum += type().glance(element);
                }
                return sum;
            }
            final long number = random();
            if ((number >>> 32 & LENGTH_MASK) == 0) {
                state.update(List.of(type().of(number)));
            } else {
                state.add(type().of(number));
            }
            return 0;
        }
    }
}
