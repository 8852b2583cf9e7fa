package io.geminid.state.rocksdb;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStoreContext;
import io.geminid.state.TimerQueue;
import io.geminid.state.base.AbstractStateStore;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.StateSchema;
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
import io.geminid.state.rocksdb.db.DatabaseHome;
import io.geminid.state.rocksdb.snapshot.RocksDbRestore;
import io.geminid.state.rocksdb.snapshot.RocksDbSnapshots;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps state in a RocksDB database of its own, with a column family for each state and each queue
 * of timers. Task thread only. A disk that fails is an {@link java.io.UncheckedIOException} that
 * names store, state and directory.
 *
 * @param <K> type of the keys
 */
public final class RocksDbStateStore<K> extends AbstractStateStore<K> {

    private final DatabaseHome home;
    private final CellKey cells;
    private final Runnable onClose;

    /** Name to schema of every state there is, asked for or only restored. */
    private final Map<String, String> schemas = new TreeMap<>();

    private Database database;
    private RocksDbSnapshots snapshots;

    RocksDbStateStore(
            final StateStoreContext<K> context, final DatabaseHome home, final Runnable onClose) {
        super(context);
        this.home = home;
        this.onClose = onClose;
        this.database = home.open();
        this.snapshots = new RocksDbSnapshots(context, database, home);
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
        final String namespaces =
                namespaceSerializer == NO_NAMESPACE ? "" : "@" + idOf(namespaceSerializer);
        final String ages = descriptor.ttlMillis() == 0 ? "" : " ages";
        claim(descriptor.name(), descriptor.schema() + namespaces + ages);
        final RocksState.Place<N> place =
                new RocksState.Place<>(
                        cells, database.table(descriptor.name()), namespaceSerializer);
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
        claim(name, "timers<" + idOf(namespaceSerializer) + ">");
        return new RocksTimerQueue<>(this, database.table(name), namespaceSerializer);
    }

    @Override
    protected List<K> keysOf(final State handle) {
        return ((RocksState<?>) handle).keys(context().keySerializer());
    }

    @Override
    protected boolean hasCell(final State handle) {
        return ((RocksState<?>) handle).hasCell();
    }

    /** A state that was restored is asked for with the schema it had. */
    private void claim(final String name, final String schema) {
        final String restored = schemas.putIfAbsent(name, schema);
        if (restored != null && !restored.equals(schema)) {
            throw new IllegalArgumentException(
                    "store="
                            + context().name()
                            + " state="
                            + name
                            + " schema="
                            + schema
                            + " restored="
                            + restored);
        }
    }

    private static String idOf(final RecordSerializer<?> serializer) {
        return serializer.id() + "@" + serializer.version();
    }

    /** Flushes what is in memory, so it is not begun at once; then links to the files. */
    @Override
    public StoreSnapshot snapshot(final BegunCheckpoint checkpoint) {
        return snapshots.begin(
                checkpoint,
                schemas.entrySet().stream()
                        .map(each -> new StateSchema(each.getKey(), each.getValue()))
                        .toList());
    }

    @Override
    public void restore(
            final long checkpoint, final List<StatePart> parts, final CheckpointStorage storage)
            throws IOException {
        if (inUse()) {
            throw new IllegalStateException(
                    "store=" + context().name() + " states=" + schemas.keySet() + " are in use");
        }
        final RocksDbRestore restore = new RocksDbRestore(context(), storage, home);
        restore.check(parts);
        database.close();
        database = restore.restore(parts);
        snapshots = new RocksDbSnapshots(context(), database, home);
        restore.baseOf(parts).ifPresent(files -> snapshots.restoredFrom(checkpoint, files));
        for (final StatePart part : parts) {
            part.schemas().forEach(schema -> claim(schema.name(), schema.schema()));
        }
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
