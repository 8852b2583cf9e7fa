package io.geminid.state.gemini;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStoreContext;
import io.geminid.state.TimerQueue;
import io.geminid.state.base.AbstractStateStore;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.gemini.kind.GeminiStates;
import io.geminid.state.gemini.kind.StateSpace;
import io.geminid.state.gemini.log.Frames;
import io.geminid.state.gemini.snapshot.GeminiRestore;
import io.geminid.state.gemini.snapshot.GeminiSnapshots;
import io.geminid.state.gemini.snapshot.StateNames;
import io.geminid.state.gemini.snapshot.Unloaded;
import io.geminid.state.gemini.spill.SpillFiles;
import io.geminid.state.gemini.table.Cells;
import io.geminid.state.gemini.table.RecordTable;
import io.geminid.state.gemini.timer.GeminiTimerQueue;
import io.geminid.state.gemini.timer.TimerHost;
import io.geminid.state.kind.State;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Keeps state outside the heap, in segments of the pool that shuffle uses too: a hash index over a
 * log of records; see the package.
 *
 * <p>Task thread only.
 *
 * @param <K> type of the keys
 */
public final class GeminiStateStore<K> extends AbstractStateStore<K> implements TimerHost<K> {

    /** A chunk of 64 KiB takes about as long as this many records of a job. */
    private static final int KEYS_TO_LOAD_MORE = 64;

    private final Runnable onClosed;
    private final RecordTable table;
    private final Cells cells;
    private final StateNames names;
    private final GeminiSnapshots snapshots;
    private final Unloaded unloaded;

    /** The bytes of the current key: handles need no more. */
    private final RecordOutput keyBytes = new RecordOutput();

    private boolean hasKey;

    /** The current key, once somebody has asked for it. */
    private K key;

    /** Keys until a little more is loaded, while something is missing; else not used. */
    private int keysToLoadMore;

    GeminiStateStore(
            final StateStoreContext<K> context,
            final Frames frames,
            final SpillFiles files,
            final Executor readers,
            final Runnable onClosed) {
        super(context);
        this.onClosed = onClosed;
        this.table = new RecordTable(context.name(), frames, files);
        this.cells = new Cells(table);
        this.names = new StateNames(context.name());
        this.unloaded = new Unloaded(context.name(), table, readers);
        this.snapshots = new GeminiSnapshots(context, table, names, unloaded);
    }

    /** Loads what a restored store does not have yet of the key's group. */
    @Override
    public void setCurrentKey(final K key, final int keyGroup) {
        super.setCurrentKey(key, keyGroup);
        if (!unloaded.isEmpty()) {
            loadFor(keyGroup);
        }
    }

    @Override
    protected void keepKey(final K chosen) {
        hasKey = false;
        if (key != null) {
            key = null;
        }
        keyBytes.beginInScratch();
        keySerializer().write(chosen, keyBytes);
        hasKey = true;
    }

    @Override
    protected boolean hasKey() {
        return hasKey;
    }

    @Override
    protected K keptKey() {
        if (key == null) {
            final RecordInput in = new RecordInput();
            key = keySerializer().read(in.wrap(keyBytes.scratchMemory(), 0, keyBytes.length()));
        }
        return key;
    }

    private void loadFor(final int group) {
        keysToLoadMore--;
        if (!unloaded.load(group) && keysToLoadMore <= 0) {
            unloaded.loadMore();
            keysToLoadMore = KEYS_TO_LOAD_MORE;
        }
    }

    @Override
    public boolean load(final int keyGroup) {
        return unloaded.load(keyGroup);
    }

    @Override
    public void writeKey(final RecordOutput out) {
        requireKey();
        out.putBytes(keyBytes.scratchMemory(), 0, keyBytes.length());
    }

    @Override
    public int keyGroup() {
        return currentKeyGroup();
    }

    @Override
    public RecordSerializer<K> keySerializer() {
        return context().keySerializer();
    }

    @Override
    protected <N, S extends State> NamespacedState<N, S> create(
            final StateDescriptor<S> descriptor, final RecordSerializer<N> namespaceSerializer) {
        final String namespaces =
                namespaceSerializer == NO_NAMESPACE ? "" : "@" + idOf(namespaceSerializer);
        final String ages = descriptor.ttlMillis() == 0 ? "" : " ages";
        final int number =
                names.numberOf(descriptor.name(), descriptor.schema() + namespaces + ages);
        return GeminiStates.create(
                descriptor, space(descriptor.name(), number, namespaceSerializer));
    }

    @Override
    protected <N> TimerQueue<K, N> createTimers(
            final String name, final RecordSerializer<N> namespaceSerializer) {
        final int number =
                names.numberOf(name, StateNames.TIMERS + idOf(namespaceSerializer) + ">");
        final GeminiTimerQueue<K, N> timers =
                new GeminiTimerQueue<>(space(name, number, namespaceSerializer), this);
        timers.collect();
        return timers;
    }

    private <N> StateSpace<N> space(
            final String name, final int number, final RecordSerializer<N> namespaces) {
        return new StateSpace<>(name, number, cells, this, namespaces, context().clock());
    }

    private static String idOf(final RecordSerializer<?> serializer) {
        return serializer.id() + "@" + serializer.version();
    }

    /** Only pointers change. */
    @Override
    public StoreSnapshot snapshot(final BegunCheckpoint checkpoint) {
        return snapshots.begin(checkpoint);
    }

    @Override
    public void restore(
            final long checkpoint, final List<StatePart> parts, final CheckpointStorage storage)
            throws IOException {
        if (!names.isEmpty()) {
            throw new IllegalStateException("store=" + context().name() + " is in use");
        }
        new GeminiRestore(context(), storage, table, names)
                .restore(checkpoint, parts, snapshots, unloaded);
    }

    @Override
    protected boolean hasCell(final State handle) {
        return GeminiStates.isPresent(handle);
    }

    /** A record: its key group, and for {@link RecordTable#load}. */
    private record Found(int group, long place) {}

    @Override
    protected List<K> keysOf(final State handle) {
        final List<Found> found = recordsOf(GeminiStates.number(handle));
        final List<K> keys = new ArrayList<>(found.size());
        for (final Found each : found) {
            keys.add(keySerializer().read(cells.keyOf(table.load(each.place))));
        }
        return keys;
    }

    /** Records of a state's cells, by key group. */
    private List<Found> recordsOf(final int number) {
        unloaded.loadAll();
        final List<Found> found = new ArrayList<>();
        table.forEach(
                (place, address) -> {
                    if (table.state(address) == number) {
                        found.add(new Found(table.group(address), place));
                    }
                });
        found.sort(Comparator.comparingInt(Found::group));
        return found;
    }

    /**
     * Where a state has something: a cell's key group, key and namespace.
     *
     * @param keyGroup the key's group
     * @param key the key
     * @param namespace the namespace
     * @param <K> type of the keys
     * @param <N> type of the namespaces
     */
    public record Cell<K, N>(int keyGroup, K key, N namespace) {}

    /**
     * All cells of a state, of all keys and namespaces, as they are now. Looks through the whole
     * log: for what is done now and then.
     *
     * @param state of this store
     * @param <N> type of the namespaces
     * @return by key group; within a group in an order that depends only on the calls made before
     */
    public <N> List<Cell<K, N>> cellsOf(final NamespacedState<N, ?> state) {
        final StateSpace<N> space = GeminiStates.space(state);
        final List<Found> records = recordsOf(space.number());
        final List<Cell<K, N>> found = new ArrayList<>(records.size());
        for (final Found each : records) {
            final RecordInput key = cells.keyOf(table.load(each.place));
            found.add(
                    new Cell<>(
                            each.group, keySerializer().read(key), space.namespaces().read(key)));
        }
        return found;
    }

    /**
     * How many cells a state has, counted as {@link #cellsOf} finds them.
     *
     * @param state of this store
     * @return 0 or more
     */
    public int cellCount(final NamespacedState<?, ?> state) {
        return recordsOf(GeminiStates.space(state).number()).size();
    }

    @Override
    protected void free() {
        onClosed.run();
        unloaded.close();
        table.close();
    }
}
