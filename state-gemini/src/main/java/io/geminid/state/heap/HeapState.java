package io.geminid.state.heap;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.kind.State;

/**
 * What the handles have in common: they find their cell, drop what is too old, and merge.
 *
 * @param <N> type of the namespaces
 * @param <C> what is kept in a cell
 */
abstract class HeapState<N, C> implements State {

    private final StateTable<?, N, C> table;
    private final long ttlMillis;
    private N namespace;

    HeapState(final StateTable<?, N, C> table, final long ttlMillis) {
        this.table = table;
        this.ttlMillis = ttlMillis;
    }

    /** Points the handle at a namespace. */
    void at(final N chosen) {
        namespace = chosen;
    }

    StateTable<?, N, C> table() {
        return table;
    }

    /** The cell, without what is too old in it; null if nothing is left. */
    C cell() {
        final C cell = table.get(namespace);
        if (cell != null && ttlMillis != 0 && dropExpired(cell)) {
            table.remove(namespace);
            return null;
        }
        return cell;
    }

    void putCell(final C cell) {
        table.put(namespace, cell);
    }

    /**
     * Drops what is too old.
     *
     * @return true if nothing is left in the cell
     */
    abstract boolean dropExpired(C cell);

    /** Folds a cell of another namespace into this one's. */
    void mergeIn(final C other) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " cannot be merged");
    }

    /** Time to note beside a value that is written now. */
    long stamp() {
        return ttlMillis == 0 ? 0 : table.store().clock().millis();
    }

    boolean isExpired(final long writtenMillis) {
        return ttlMillis != 0 && stamp() - writtenMillis >= ttlMillis;
    }

    <T> T copy(final T value, final RecordSerializer<T> serializer) {
        return table.store().copier().copy(value, serializer);
    }

    @Override
    public void clear() {
        table.remove(namespace);
    }
}
