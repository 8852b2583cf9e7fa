package io.geminid.state.rocksdb;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStoreContext;
import io.geminid.state.TimerQueue;
import io.geminid.state.base.AbstractStateStore;
import io.geminid.state.kind.State;
import io.geminid.state.rocksdb.cell.CellKey;
import io.geminid.state.rocksdb.cell.RocksAggregatingState;
import io.geminid.state.rocksdb.cell.RocksListState;
import io.geminid.state.rocksdb.cell.RocksLongState;
import io.geminid.state.rocksdb.cell.RocksMapState;
import io.geminid.state.rocksdb.cell.RocksNamespacedState;
import io.geminid.state.rocksdb.cell.RocksReducingState;
import io.geminid.state.rocksdb.cell.RocksState;
import io.geminid.state.rocksdb.cell.RocksTimerQueue;
import io.geminid.state.rocksdb.cell.RocksValueState;
import io.geminid.state.rocksdb.db.Database;
import java.util.List;

/**
 * Keeps state in a RocksDB database of its own, with a column family for each state and each queue
 * of timers. Task thread only. A disk that fails is an {@link java.io.UncheckedIOException} that
 * names store, state and directory.
 *
 * @param <K> type of the keys
 */
public final class RocksDbStateStore<K> extends AbstractStateStore<K> {

    private final Database database;
    private final CellKey cells;
    private final Runnable onClose;

    RocksDbStateStore(
            final StateStoreContext<K> context, final Database database, final Runnable onClose) {
        super(context);
        this.database = database;
        this.onClose = onClose;
        this.cells = new CellKey(this);
    }

    @Override
    public void setCurrentKey(final K key) {
        super.setCurrentKey(key);
        cells.keyChanged();
    }

    @Override
    @SuppressWarnings("unchecked") // the descriptor's class fixes S
    protected <N, S extends State> NamespacedState<N, S> create(
            final StateDescriptor<S> descriptor, final RecordSerializer<N> namespaceSerializer) {
        final RocksState.Place<N> place =
                new RocksState.Place<>(
                        cells, database.createTable(descriptor.name()), namespaceSerializer);
        final RocksState<N> state;
        if (descriptor instanceof StateDescriptor.OfValue<?> d) {
            state = new RocksValueState<>(place, d);
        } else if (descriptor instanceof StateDescriptor.OfLong d) {
            state = new RocksLongState<>(place, d);
        } else if (descriptor instanceof StateDescriptor.OfList<?> d) {
            state = new RocksListState<>(place, d);
        } else if (descriptor instanceof StateDescriptor.OfMap<?, ?> d) {
            state = new RocksMapState<>(place, d);
        } else if (descriptor instanceof StateDescriptor.OfReducing<?> d) {
            state = new RocksReducingState<>(place, d);
        } else {
            state =
                    new RocksAggregatingState<>(
                            place, (StateDescriptor.OfAggregating<?, ?, ?>) descriptor);
        }
        return new RocksNamespacedState<>(state, (S) state);
    }

    @Override
    protected <N> TimerQueue<K, N> createTimers(
            final String name, final RecordSerializer<N> namespaceSerializer) {
        return new RocksTimerQueue<>(this, database.createTable(name), namespaceSerializer);
    }

    @Override
    protected List<K> keysOf(final State handle) {
        return ((RocksState<?>) handle).keys(context().keySerializer());
    }

    @Override
    protected boolean hasCell(final State handle) {
        return ((RocksState<?>) handle).hasCell();
    }

    /**
     * What lies on the local disk.
     *
     * @return bytes
     */
    public long fileBytes() {
        return database.fileBytes();
    }

    @Override
    protected void free() {
        database.close();
        onClose.run();
    }
}
