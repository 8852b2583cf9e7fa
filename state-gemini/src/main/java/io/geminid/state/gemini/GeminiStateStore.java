package io.geminid.state.gemini;

import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStoreContext;
import io.geminid.state.TimerQueue;
import io.geminid.state.base.AbstractStateStore;
import io.geminid.state.gemini.kind.GeminiStates;
import io.geminid.state.gemini.kind.StateSpace;
import io.geminid.state.gemini.log.Frames;
import io.geminid.state.gemini.table.Cells;
import io.geminid.state.gemini.table.RecordTable;
import io.geminid.state.gemini.timer.GeminiTimerQueue;
import io.geminid.state.gemini.timer.TimerHost;
import io.geminid.state.kind.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps state outside the heap, in segments of the pool that shuffle uses too: a hash index over a
 * log of records; see the package.
 *
 * <p>Task thread only.
 *
 * @param <K> type of the keys
 */
public final class GeminiStateStore<K> extends AbstractStateStore<K> implements TimerHost<K> {

    private final RecordTable table;
    private final Cells cells;
    private int nextNumber = 1;

    GeminiStateStore(final StateStoreContext<K> context, final Frames frames) {
        super(context);
        this.table = new RecordTable(context.name(), frames);
        this.cells = new Cells(table);
    }

    @Override
    public void writeKey(final RecordOutput out) {
        context().keySerializer().write(currentKey(), out);
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
        return GeminiStates.create(descriptor, space(descriptor.name(), namespaceSerializer));
    }

    @Override
    protected <N> TimerQueue<K, N> createTimers(
            final String name, final RecordSerializer<N> namespaceSerializer) {
        return new GeminiTimerQueue<>(space(name, namespaceSerializer), this);
    }

    private <N> StateSpace<N> space(final String name, final RecordSerializer<N> namespaces) {
        final int number = nextNumber;
        nextNumber += StateSpace.NUMBERS;
        return new StateSpace<>(name, number, cells, this, namespaces, context().clock());
    }

    @Override
    protected boolean hasCell(final State handle) {
        return GeminiStates.isPresent(handle);
    }

    @Override
    protected List<K> keysOf(final State handle) {
        final int number = GeminiStates.number(handle);
        final List<Long> addresses = new ArrayList<>();
        table.forEach(
                address -> {
                    if (table.state(address) == number) {
                        addresses.add(address);
                    }
                });
        addresses.sort(Comparator.comparingInt(table::group));
        final List<K> keys = new ArrayList<>(addresses.size());
        for (final long address : addresses) {
            keys.add(keySerializer().read(cells.keyOf(address)));
        }
        return keys;
    }

    @Override
    protected void free() {
        table.close();
    }
}
