package io.geminid.state.heap;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.heap.StateTable.GroupView;
import io.geminid.state.heap.format.BlockWriter;
import io.geminid.state.heap.format.FieldInput;
import io.geminid.state.heap.format.FieldOutput;
import io.geminid.state.heap.format.Snapshotted;
import io.geminid.state.kind.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What the handles have in common: they find their cell, drop what is too old, merge, and turn
 * cells into bytes for a snapshot.
 *
 * @param <N> type of the namespaces
 * @param <C> what is kept in a cell
 */
abstract class HeapState<N, C> implements State, Snapshotted {

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

    /**
     * The cell to read, without what is too old in it; null if nothing is left. A snapshot may see
     * it, so it must not be changed.
     */
    C cell() {
        if (ttlMillis == 0) {
            return table.get(namespace);
        }
        final C cell = table.own(namespace, this::copyToChange);
        if (cell != null && dropExpired(cell)) {
            table.remove(namespace);
            return null;
        }
        return cell;
    }

    /** As {@link #cell}, but to be changed. */
    C cellToChange() {
        return cell() == null ? null : table.own(namespace, this::copyToChange);
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

    /** Copies as much of a cell as this state ever changes in place. */
    abstract C copyToChange(C cell);

    /** Writes a cell for a snapshot; on any thread. */
    abstract void writeCell(C cell, FieldOutput out);

    /** Reads what {@link #writeCell} wrote. */
    abstract C readCell(FieldInput in);

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

    @Override
    public List<GroupWriter> view() {
        return view(table);
    }

    private <K> List<GroupWriter> view(final StateTable<K, N, C> cells) {
        return cells.view().stream().map(group -> writerOf(cells, group)).toList();
    }

    private <K> GroupWriter writerOf(
            final StateTable<K, N, C> cells, final GroupView<K, N, C> group) {
        final RecordSerializer<K> keys = cells.store().keySerializer();
        final RecordSerializer<N> namespaces = cells.namespaceSerializer();
        return (final BlockWriter out) -> {
            try {
                group.forEach(
                        (key, n, cell) -> {
                            out.fields().put(keys, key);
                            if (n != null) {
                                out.fields().put(namespaces, n);
                            }
                            writeCell(cell, out.fields());
                            endEntry(out);
                        });
            } catch (final UncheckedIOException e) {
                throw e.getCause();
            }
        };
    }

    private static void endEntry(final BlockWriter out) {
        try {
            out.endEntry();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void read(final FieldInput in) {
        read(table, in);
    }

    private <K> void read(final StateTable<K, N, C> cells, final FieldInput in) {
        cells.store().setCurrentKey(in.get(cells.store().keySerializer()));
        final N chosen = cells.isNamespaced() ? in.get(cells.namespaceSerializer()) : null;
        cells.put(chosen, readCell(in));
    }
}
