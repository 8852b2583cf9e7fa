package io.geminid.state.heap;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.base.AbstractStateStore;
import io.geminid.state.heap.cow.CowTable;
import io.geminid.state.heap.cow.CowVersions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The cells of one state, a copy-on-write table for each key group. With namespaces, a key's entry
 * is a map of them in the order of insertion; without, the key's entry is the cell.
 *
 * @param <K> type of the keys
 * @param <N> type of the namespaces
 * @param <C> what is kept in a cell
 */
final class StateTable<K, N, C> {

    private final HeapStateStore<K> store;
    private final RecordSerializer<N> namespaceSerializer;
    private final KeyGroupRange keyGroups;
    private final CowVersions versions;

    /** Null in a state with namespaces. */
    private final List<CowTable<K, C>> plain;

    /** Null in a state without. */
    private final List<CowTable<K, Map<N, Slot<C>>>> namespaced;

    StateTable(final HeapStateStore<K> store, final RecordSerializer<N> namespaceSerializer) {
        this.store = store;
        this.namespaceSerializer = namespaceSerializer;
        this.keyGroups = store.keyGroups();
        this.versions = store.versions();
        final boolean isPlain = namespaceSerializer == (Object) AbstractStateStore.NO_NAMESPACE;
        this.plain = isPlain ? new ArrayList<>() : null;
        this.namespaced = isPlain ? null : new ArrayList<>();
        for (int i = 0; i < keyGroups.size(); i++) {
            if (isPlain) {
                plain.add(new CowTable<>(versions));
            } else {
                namespaced.add(new CowTable<>(versions));
            }
        }
    }

    HeapStateStore<K> store() {
        return store;
    }

    RecordSerializer<N> namespaceSerializer() {
        return namespaceSerializer;
    }

    boolean isNamespaced() {
        return namespaced != null;
    }

    /** The cell to read; what is in it must not be changed. */
    C get(final N namespace) {
        if (plain != null) {
            return plain.get(place()).get(store.currentKey());
        }
        final Map<N, Slot<C>> cells = namespaced.get(place()).get(store.currentKey());
        final Slot<C> slot = cells == null ? null : cells.get(namespace);
        return slot == null ? null : slot.cell();
    }

    /** The cell to change; {@code copier} copies it if a snapshot sees it. */
    C own(final N namespace, final UnaryOperator<C> copier) {
        if (plain != null) {
            return plain.get(place()).own(store.currentKey(), copier);
        }
        final Map<N, Slot<C>> seen = namespaced.get(place()).get(store.currentKey());
        final Slot<C> slot = seen == null ? null : seen.get(namespace);
        if (slot == null || !versions.isShared(slot.version())) {
            return slot == null ? null : slot.cell();
        }
        final C copy = copier.apply(slot.cell());
        ownCells().put(namespace, new Slot<>(copy, versions.current()));
        return copy;
    }

    void put(final N namespace, final C cell) {
        if (plain != null) {
            final CowTable<K, C> table = plain.get(place());
            final K key = store.currentKey();
            table.put(table.get(key) == null ? store.copyOfCurrentKey() : key, cell);
            return;
        }
        Map<N, Slot<C>> cells = ownCells();
        if (cells == null) {
            cells = new LinkedHashMap<>(2);
            namespaced.get(place()).put(store.copyOfCurrentKey(), cells);
        }
        final Slot<C> slot = new Slot<>(cell, versions.current());
        if (cells.replace(namespace, slot) == null) {
            cells.put(store.copier().copy(namespace, namespaceSerializer), slot);
        }
    }

    void remove(final N namespace) {
        if (plain != null) {
            plain.get(place()).remove(store.currentKey());
        } else if (get(namespace) != null) {
            final Map<N, Slot<C>> cells = ownCells();
            cells.remove(namespace);
            if (cells.isEmpty()) {
                namespaced.get(place()).remove(store.currentKey());
            }
        }
    }

    List<K> keys() {
        final List<K> keys = new ArrayList<>();
        for (int i = 0; i < keyGroups.size(); i++) {
            final CowTable<K, ?> table = plain != null ? plain.get(i) : namespaced.get(i);
            table.view()
                    .forEach((key, c) -> keys.add(store.copier().copy(key, store.keySerializer())));
        }
        return keys;
    }

    List<N> namespaces() {
        final List<N> namespaces = new ArrayList<>();
        final Map<N, Slot<C>> cells = namespaced.get(place()).get(store.currentKey());
        if (cells != null) {
            for (final N namespace : cells.keySet()) {
                namespaces.add(store.copier().copy(namespace, namespaceSerializer));
            }
        }
        return namespaces;
    }

    /** What every group holds now, for a snapshot. */
    List<GroupView<K, N, C>> view() {
        final List<GroupView<K, N, C>> views = new ArrayList<>();
        for (int i = 0; i < keyGroups.size(); i++) {
            if (plain != null) {
                final CowTable.View<K, C> view = plain.get(i).view();
                views.add(visitor -> view.forEach((key, c) -> visitor.visit(key, null, c)));
            } else {
                final CowTable.View<K, Map<N, Slot<C>>> view = namespaced.get(i).view();
                views.add(
                        visitor ->
                                view.forEach(
                                        (key, cells) ->
                                                cells.forEach(
                                                        (n, s) ->
                                                                visitor.visit(key, n, s.cell()))));
            }
        }
        return views;
    }

    private Map<N, Slot<C>> ownCells() {
        return namespaced.get(place()).own(store.currentKey(), LinkedHashMap::new);
    }

    private int place() {
        return store.currentKeyGroup() - keyGroups.first();
    }

    /** The cells of one key group at some moment. */
    interface GroupView<K, N, C> {
        void forEach(Visitor<K, N, C> visitor);
    }

    /** Gets a cell; the namespace is null in a state without. */
    interface Visitor<K, N, C> {
        void visit(K key, N namespace, C cell);
    }

    /** A cell and the version in which it was made. Immutable, so that maps may share it. */
    private record Slot<C>(C cell, int version) {}

    /**
     * A value and when it was written.
     *
     * @param value the value, owned by the store
     * @param writtenMillis when, or 0 if nobody wants to know
     * @param <V> type of the value
     */
    record Cell<V>(V value, long writtenMillis) {}
}
