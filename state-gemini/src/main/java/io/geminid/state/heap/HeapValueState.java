package io.geminid.state.heap;

import io.geminid.state.StateDescriptor.OfValue;
import io.geminid.state.heap.StateTable.Cell;
import io.geminid.state.heap.format.FieldInput;
import io.geminid.state.heap.format.FieldOutput;
import io.geminid.state.kind.ValueState;
import java.util.Objects;

/** A value in a cell. */
final class HeapValueState<N, V> extends HeapState<N, Cell<V>> implements ValueState<V> {

    private final OfValue<V> descriptor;

    HeapValueState(final StateTable<?, N, Cell<V>> table, final OfValue<V> descriptor) {
        super(table, descriptor.ttlMillis());
        this.descriptor = descriptor;
    }

    @Override
    public V get() {
        final Cell<V> cell = cell();
        return cell == null ? null : copy(cell.value(), descriptor.serializer());
    }

    @Override
    public void update(final V value) {
        Objects.requireNonNull(value, descriptor.name());
        putCell(new Cell<>(copy(value, descriptor.serializer()), stamp()));
    }

    @Override
    boolean dropExpired(final Cell<V> cell) {
        return isExpired(cell.writtenMillis());
    }

    @Override
    Cell<V> copyToChange(final Cell<V> cell) {
        return cell; // never changed;
    }

    @Override
    void writeCell(final Cell<V> cell, final FieldOutput out) {
        out.put(descriptor.serializer(), cell.value());
        out.raw().putLong(cell.writtenMillis());
    }

    @Override
    Cell<V> readCell(final FieldInput in) {
        return new Cell<>(in.get(descriptor.serializer()), in.raw().getLong());
    }
}
