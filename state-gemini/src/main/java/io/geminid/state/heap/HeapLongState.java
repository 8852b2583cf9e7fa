package io.geminid.state.heap;

import io.geminid.state.StateDescriptor.OfLong;
import io.geminid.state.heap.format.FieldInput;
import io.geminid.state.heap.format.FieldOutput;
import io.geminid.state.kind.LongState;

/** A long in a cell that is written in place. */
final class HeapLongState<N> extends HeapState<N, HeapLongState.LongCell> implements LongState {

    HeapLongState(final StateTable<?, N, LongCell> table, final OfLong descriptor) {
        super(table, descriptor.ttlMillis());
    }

    @Override
    public boolean isPresent() {
        return cell() != null;
    }

    @Override
    public long getOrDefault(final long absent) {
        final LongCell cell = cell();
        return cell == null ? absent : cell.value;
    }

    @Override
    public void update(final long value) {
        LongCell cell = cellToChange();
        if (cell == null) {
            cell = new LongCell();
            putCell(cell);
        }
        cell.value = value;
        cell.writtenMillis = stamp();
    }

    @Override
    boolean dropExpired(final LongCell cell) {
        return isExpired(cell.writtenMillis);
    }

    @Override
    LongCell copyToChange(final LongCell cell) {
        final LongCell copy = new LongCell();
        copy.value = cell.value;
        copy.writtenMillis = cell.writtenMillis;
        return copy;
    }

    @Override
    void writeCell(final LongCell cell, final FieldOutput out) {
        out.raw().putLong(cell.value);
        out.raw().putLong(cell.writtenMillis);
    }

    @Override
    LongCell readCell(final FieldInput in) {
        final LongCell cell = new LongCell();
        cell.value = in.raw().getLong();
        cell.writtenMillis = in.raw().getLong();
        return cell;
    }

    /** What is kept; never leaves the state. */
    static final class LongCell {
        private long value;
        private long writtenMillis;
    }
}
