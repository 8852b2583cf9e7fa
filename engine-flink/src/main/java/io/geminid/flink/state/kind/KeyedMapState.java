package io.geminid.flink.state.kind;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.flink.runtime.state.internal.InternalMapState;

/** A map. */
final class KeyedMapState<K, N, UK, UV> extends AbstractKeyedState<K, N, Map<UK, UV>>
        implements InternalMapState<K, N, UK, UV> {

    KeyedMapState(final StoredState<K, N, Map<UK, UV>> stored, final KeyedAccess<K> access) {
        super(stored, access);
    }

    @Override
    @SuppressWarnings("unchecked") // what put has stored
    public UV get(final UK key) {
        return (UV)
                StoredState.fromStored(
                        isQueried()
                                ? call(() -> stored().map().get(key))
                                : stored().map().get(key));
    }

    @Override
    public void put(final UK key, final UV value) {
        if (isQueried()) {
            run(() -> stored().putEntry(key, value));
        } else {
            stored().putEntry(key, value);
        }
    }

    @Override
    public void putAll(final Map<UK, UV> entries) {
        if (entries != null) {
            run(() -> entries.forEach(stored()::putEntry));
        }
    }

    @Override
    public void remove(final UK key) {
        run(() -> stored().map().remove(key));
    }

    @Override
    public boolean contains(final UK key) {
        return call(() -> stored().map().contains(key));
    }

    @Override
    public boolean isEmpty() {
        return call(() -> stored().map().isEmpty());
    }

    @Override
    public Iterable<Map.Entry<UK, UV>> entries() {
        return this::iterator;
    }

    @Override
    public Iterable<UK> keys() {
        return () -> iterator(Entry::getKey);
    }

    @Override
    public Iterable<UV> values() {
        return () -> iterator(Entry::getValue);
    }

    @Override
    public Iterator<Map.Entry<UK, UV>> iterator() {
        return iterator(entry -> entry);
    }

    /** Over what is there now; what is changed meanwhile does not show. */
    @SuppressWarnings("unchecked") // what put has stored
    private <R> Iterator<R> iterator(final Function<? super Entry, ? extends R> part) {
        final List<Entry> found = new ArrayList<>();
        run(
                () ->
                        stored().map()
                                .forEach(
                                        (key, value) ->
                                                found.add(
                                                        new Entry(
                                                                (UK) key,
                                                                (UV)
                                                                        StoredState.fromStored(
                                                                                value)))));
        final Iterator<Entry> entries = found.iterator();
        return new Iterator<>() {
            private Entry last;

            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public R next() {
                last = entries.next();
                return part.apply(last);
            }

            @Override
            public void remove() {
                entries.remove();
                KeyedMapState.this.remove(last.getKey());
            }
        };
    }

    /** An entry that writes through. */
    private final class Entry implements Map.Entry<UK, UV> {
        private final UK key;
        private UV value;

        Entry(final UK key, final UV value) {
            this.key = key;
            this.value = value;
        }

        @Override
        public UK getKey() {
            return key;
        }

        @Override
        public UV getValue() {
            return value;
        }

        @Override
        public UV setValue(final UV replacement) {
            final UV before = value;
            value = replacement;
            put(key, replacement);
            return before;
        }

        @Override
        public boolean equals(final Object other) {
            return other instanceof Map.Entry<?, ?> entry
                    && Objects.equals(key, entry.getKey())
                    && Objects.equals(value, entry.getValue());
        }

        @Override
        public int hashCode() {
            return Objects.hashCode(key) ^ Objects.hashCode(value);
        }
    }
}
