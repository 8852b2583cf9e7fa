package io.geminid.state.heap;

import io.geminid.state.StateDescriptor.OfList;
import io.geminid.state.heap.StateTable.Cell;
import io.geminid.state.heap.format.FieldInput;
import io.geminid.state.heap.format.FieldOutput;
import io.geminid.state.kind.ListState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** A list of cells. */
final class HeapListState<N, E> extends HeapState<N, List<Cell<E>>> implements ListState<E> {

    private final OfList<E> descriptor;

    HeapListState(final StateTable<?, N, List<Cell<E>>> table, final OfList<E> descriptor) {
        super(table, descriptor.ttlMillis());
        this.descriptor = descriptor;
    }

    @Override
    public void add(final E element) {
        Objects.requireNonNull(element, descriptor.name());
        cellToWrite().add(new Cell<>(copy(element, descriptor.serializer()), stamp()));
    }

    @Override
    public List<E> get() {
        final List<Cell<E>> cell = cell();
        if (cell == null) {
            return List.of();
        }
        final List<E> elements = new ArrayList<>(cell.size());
        for (final Cell<E> element : cell) {
            elements.add(copy(element.value(), descriptor.serializer()));
        }
        return Collections.unmodifiableList(elements);
    }

    @Override
    public void update(final List<E> elements) {
        clear();
        for (final E element : elements) {
            add(element);
        }
    }

    @Override
    public boolean isEmpty() {
        return cell() == null;
    }

    @Override
    boolean dropExpired(final List<Cell<E>> cell) {
        cell.removeIf(element -> isExpired(element.writtenMillis()));
        return cell.isEmpty();
    }

    @Override
    void mergeIn(final List<Cell<E>> other) {
        cellToWrite().addAll(other);
    }

    private List<Cell<E>> cellToWrite() {
        List<Cell<E>> cell = cellToChange();
        if (cell == null) {
            cell = new ArrayList<>(4);
            putCell(cell);
        }
        return cell;
    }

    @Override
    List<Cell<E>> copyToChange(final List<Cell<E>> cell) {
        return new ArrayList<>(cell);
    }

    @Override
    void writeCell(final List<Cell<E>> cell, final FieldOutput out) {
        out.raw().putInt(cell.size());
        for (final Cell<E> element : cell) {
            out.put(descriptor.serializer(), element.value());
            out.raw().putLong(element.writtenMillis());
        }
    }

    @Override
    List<Cell<E>> readCell(final FieldInput in) {
        final int count = in.raw().getInt();
        final List<Cell<E>> cell = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            cell.add(new Cell<>(in.get(descriptor.serializer()), in.raw().getLong()));
        }
        return cell;
    }
}
