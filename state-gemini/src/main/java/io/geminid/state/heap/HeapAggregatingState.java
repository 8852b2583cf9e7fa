package io.geminid.state.heap;

import io.geminid.state.StateDescriptor.OfAggregating;
import io.geminid.state.heap.StateTable.Cell;
import io.geminid.state.heap.format.FieldInput;
import io.geminid.state.heap.format.FieldOutput;
import io.geminid.state.kind.AggregateFunction;
import io.geminid.state.kind.AggregatingState;

/** The accumulator in a cell. */
final class HeapAggregatingState<N, I, A, R> extends HeapState<N, Cell<A>>
        implements AggregatingState<I, R> {

    private final OfAggregating<I, A, R> descriptor;
    private final AggregateFunction<I, A, R> function;

    HeapAggregatingState(
            final StateTable<?, N, Cell<A>> table, final OfAggregating<I, A, R> descriptor) {
        super(table, descriptor.ttlMillis());
        this.descriptor = descriptor;
        this.function = descriptor.function();
    }

    @Override
    public R get() {
        final Cell<A> cell = cell();
        // A copy, because the result may be (part of) the accumulator that the function is given.
        return cell == null
                ? null
                : function.getResult(copy(cell.value(), descriptor.serializer()));
    }

    @Override
    public void add(final I value) {
        final Cell<A> cell = cellToChange();
        final A accumulator = cell == null ? function.createAccumulator() : cell.value();
        write(function.add(value, accumulator));
    }

    @Override
    boolean dropExpired(final Cell<A> cell) {
        return isExpired(cell.writtenMillis());
    }

    @Override
    void mergeIn(final Cell<A> other) {
        final Cell<A> cell = cellToChange();
        if (cell == null) {
            putCell(other);
        } else {
            write(function.merge(cell.value(), other.value()));
        }
    }

    /** Copies, because the accumulator may hold on to the value that was added. */
    private void write(final A accumulator) {
        putCell(new Cell<>(copy(accumulator, descriptor.serializer()), stamp()));
    }

    @Override
    Cell<A> copyToChange(final Cell<A> cell) {
        return new Cell<>(copy(cell.value(), descriptor.serializer()), cell.writtenMillis());
    }

    @Override
    void writeCell(final Cell<A> cell, final FieldOutput out) {
        out.put(descriptor.serializer(), cell.value());
        out.raw().putLong(cell.writtenMillis());
    }

    @Override
    Cell<A> readCell(final FieldInput in) {
        return new Cell<>(in.get(descriptor.serializer()), in.raw().getLong());
    }
}
