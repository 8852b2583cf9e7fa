package io.geminid.state.heap;

import io.geminid.state.StateDescriptor.OfReducing;
import io.geminid.state.heap.StateTable.Cell;
import io.geminid.state.heap.format.FieldInput;
import io.geminid.state.heap.format.FieldOutput;
import io.geminid.state.kind.ReducingState;

/** The folded value in a cell. */
final class HeapReducingState<N, V> extends HeapState<N, Cell<V>> implements ReducingState<V> {

    private final OfReducing<V> descriptor;

    HeapReducingState(final StateTable<?, N, Cell<V>> table, final OfReducing<V> descriptor) {
        super(table, descriptor.ttlMillis());
        this.descriptor = descriptor;
    }

    @Override
    public V get() {
        final Cell<V> cell = cell();
        return cell == null ? null : copy(cell.value(), descriptor.serializer());
    }

    @Override
    public void add(final V value) {
        final Cell<V> cell = cell();
        final V folded = cell == null ? value : descriptor.function().reduce(cell.value(), value);
        putCell(new Cell<>(copy(folded, descriptor.serializer()), stamp()));
    }

    @Override
    boolean dropExpired(final Cell<V> cell) {
        return isExpired(cell.writtenMillis());
    }

    @Override
    void mergeIn(final Cell<V> other) {
        final Cell<V> cell = cell();
        if (cell == null) {
            putCell(other);
            return;
        }
        final V folded = descriptor.function().reduce(cell.value(), other.value());
        putCell(new Cell<>(copy(folded, descriptor.serializer()), stamp()));
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
