package io.geminid.state.heap;

import io.geminid.state.StateDescriptor.OfLong;
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
        LongCell cell = cell();
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

    /** What is kept; never leaves the state. */
    static final class LongCell {
        private long value;
        private long writtenMillis;
    }
}
