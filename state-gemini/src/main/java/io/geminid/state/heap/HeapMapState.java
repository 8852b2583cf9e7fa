package io.geminid.state.heap;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.StateDescriptor.OfMap;
import io.geminid.state.heap.StateTable.Cell;
import io.geminid.state.heap.format.FieldInput;
import io.geminid.state.heap.format.FieldOutput;
import io.geminid.state.kind.MapState;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;

/** A map of cells. */
final class HeapMapState<N, K, V> extends HeapState<N, Map<K, Cell<V>>> implements MapState<K, V> {

    private final String name;
    private final RecordSerializer<K> keySerializer;
    private final RecordSerializer<V> valueSerializer;

    HeapMapState(final StateTable<?, N, Map<K, Cell<V>>> table, final OfMap<K, V> descriptor) {
        super(table, descriptor.ttlMillis());
        this.name = descriptor.name();
        this.keySerializer = descriptor.keySerializer();
        this.valueSerializer = descriptor.valueSerializer();
    }

    @Override
    public V get(final K key) {
        final Map<K, Cell<V>> cell = cell();
        final Cell<V> entry = cell == null ? null : cell.get(key);
        return entry == null ? null : copy(entry.value(), valueSerializer);
    }

    @Override
    public void put(final K key, final V value) {
        Objects.requireNonNull(value, name);
        Map<K, Cell<V>> cell = cellToChange();
        if (cell == null) {
            cell = new LinkedHashMap<>();
            putCell(cell);
        }
        final Cell<V> entry = new Cell<>(copy(value, valueSerializer), stamp());
        if (cell.replace(key, entry) == null) {
            cell.put(copy(key, keySerializer), entry);
        }
    }

    @Override
    public boolean remove(final K key) {
        final Map<K, Cell<V>> cell = cellToChange();
        if (cell == null || cell.remove(key) == null) {
            return false;
        }
        if (cell.isEmpty()) {
            clear();
        }
        return true;
    }

    @Override
    public boolean contains(final K key) {
        final Map<K, Cell<V>> cell = cell();
        return cell != null && cell.containsKey(key);
    }

    @Override
    public boolean isEmpty() {
        return cell() == null;
    }

    @Override
    public void forEach(final BiPredicate<? super K, ? super V> visitor) {
        final Map<K, Cell<V>> cell = cell();
        if (cell == null) {
            return;
        }
        for (final Map.Entry<K, Cell<V>> entry : cell.entrySet()) {
            final K key = copy(entry.getKey(), keySerializer);
            if (!visitor.test(key, copy(entry.getValue().value(), valueSerializer))) {
                return;
            }
        }
    }

    @Override
    public Map<K, V> toMap() {
        final Map<K, V> map = new LinkedHashMap<>();
        forEach(
                (key, value) -> {
                    map.put(key, value);
                    return true;
                });
        return Collections.unmodifiableMap(map);
    }

    @Override
    boolean dropExpired(final Map<K, Cell<V>> cell) {
        cell.values().removeIf(entry -> isExpired(entry.writtenMillis()));
        return cell.isEmpty();
    }

    @Override
    Map<K, Cell<V>> copyToChange(final Map<K, Cell<V>> cell) {
        return new LinkedHashMap<>(cell);
    }

    @Override
    void writeCell(final Map<K, Cell<V>> cell, final FieldOutput out) {
        out.raw().putInt(cell.size());
        cell.forEach(
                (key, entry) -> {
                    out.put(keySerializer, key);
                    out.put(valueSerializer, entry.value());
                    out.raw().putLong(entry.writtenMillis());
                });
    }

    @Override
    Map<K, Cell<V>> readCell(final FieldInput in) {
        final int count = in.raw().getInt();
        final Map<K, Cell<V>> cell = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            final K key = in.get(keySerializer);
            cell.put(key, new Cell<>(in.get(valueSerializer), in.raw().getLong()));
        }
        return cell;
    }
}
