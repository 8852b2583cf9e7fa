package io.geminid.state.heap;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.KeyGroupRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cells of one state: key group, key, namespace. Linked maps, so that every iteration is in the
 * order of insertion, whatever the hashes are.
 *
 * @param <K> type of the keys
 * @param <N> type of the namespaces
 * @param <C> what is kept in a cell
 */
final class StateTable<K, N, C> {

    private final HeapStateStore<K> store;
    private final RecordSerializer<N> namespaceSerializer;
    private final KeyGroupRange keyGroups;
    private final List<Map<K, Map<N, C>>> groups = new ArrayList<>();

    StateTable(final HeapStateStore<K> store, final RecordSerializer<N> namespaceSerializer) {
        this.store = store;
        this.namespaceSerializer = namespaceSerializer;
        this.keyGroups = store.keyGroups();
        for (int i = 0; i < keyGroups.size(); i++) {
            groups.add(new LinkedHashMap<>());
        }
    }

    HeapStateStore<K> store() {
        return store;
    }

    C get(final N namespace) {
        final Map<N, C> cells = currentGroup().get(store.currentKey());
        return cells == null ? null : cells.get(namespace);
    }

    void put(final N namespace, final C cell) {
        final Map<K, Map<N, C>> group = currentGroup();
        Map<N, C> cells = group.get(store.currentKey());
        if (cells == null) {
            cells = new LinkedHashMap<>(2);
            group.put(store.copyOfCurrentKey(), cells);
        }
        if (cells.replace(namespace, cell) == null) {
            cells.put(store.copier().copy(namespace, namespaceSerializer), cell);
        }
    }

    C remove(final N namespace) {
        final Map<K, Map<N, C>> group = currentGroup();
        final Map<N, C> cells = group.get(store.currentKey());
        if (cells == null) {
            return null;
        }
        final C removed = cells.remove(namespace);
        if (cells.isEmpty()) {
            group.remove(store.currentKey());
        }
        return removed;
    }

    List<K> keys() {
        final List<K> keys = new ArrayList<>();
        for (final Map<K, Map<N, C>> group : groups) {
            for (final K key : group.keySet()) {
                keys.add(store.copier().copy(key, store.keySerializer()));
            }
        }
        return keys;
    }

    List<N> namespaces() {
        final List<N> namespaces = new ArrayList<>();
        final Map<N, C> cells = currentGroup().get(store.currentKey());
        if (cells != null) {
            for (final N namespace : cells.keySet()) {
                namespaces.add(store.copier().copy(namespace, namespaceSerializer));
            }
        }
        return namespaces;
    }

    private Map<K, Map<N, C>> currentGroup() {
        return groups.get(store.currentKeyGroup() - keyGroups.first());
    }

    /**
     * A value and when it was written.
     *
     * @param value the value, owned by the store
     * @param writtenMillis when, or 0 if nobody wants to know
     * @param <V> type of the value
     */
    record Cell<V>(V value, long writtenMillis) {}
}
