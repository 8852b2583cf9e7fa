package io.geminid.state.heap;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.TimerQueue;
import io.geminid.state.heap.cow.CowTable;
import io.geminid.state.heap.format.FieldInput;
import io.geminid.state.heap.format.Snapshotted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * A sorted set of all timers, and for each key group a table that finds duplicates and that
 * snapshots see.
 */
final class HeapTimerQueue<K, N> implements TimerQueue<K, N>, Snapshotted {

    private static final Comparator<Timer<?, ?>> ORDER =
            Comparator.<Timer<?, ?>>comparingLong(timer -> timer.id().timestampMillis())
                    .thenComparingInt(Timer::keyGroup)
                    .thenComparingLong(Timer::sequence);

    private final HeapStateStore<K> store;
    private final RecordSerializer<N> namespaceSerializer;
    private final List<CowTable<Id<K, N>, Timer<K, N>>> groups = new ArrayList<>();
    private final TreeSet<Timer<K, N>> ordered = new TreeSet<>(ORDER);
    private long nextSequence;

    HeapTimerQueue(final HeapStateStore<K> store, final RecordSerializer<N> namespaceSerializer) {
        this.store = store;
        this.namespaceSerializer = namespaceSerializer;
        for (int i = 0; i < store.keyGroups().size(); i++) {
            groups.add(new CowTable<>(store.versions()));
        }
    }

    @Override
    public boolean register(final N namespace, final long timestampMillis) {
        final int keyGroup = store.currentKeyGroup();
        final CowTable<Id<K, N>, Timer<K, N>> group = group(keyGroup);
        if (group.get(new Id<>(store.currentKey(), namespace, timestampMillis)) != null) {
            return false;
        }
        final N ownNamespace = store.copier().copy(namespace, namespaceSerializer);
        add(new Id<>(store.copyOfCurrentKey(), ownNamespace, timestampMillis), keyGroup);
        return true;
    }

    @Override
    public boolean delete(final N namespace, final long timestampMillis) {
        final Id<K, N> id = new Id<>(store.currentKey(), namespace, timestampMillis);
        final Timer<K, N> timer = group(store.currentKeyGroup()).remove(id);
        return timer != null && ordered.remove(timer);
    }

    @Override
    public int size() {
        return ordered.size();
    }

    @Override
    public long nextTimestampMillis() {
        return ordered.isEmpty() ? Long.MAX_VALUE : ordered.first().id().timestampMillis();
    }

    @Override
    public boolean pollDue(final long nowMillis, final Action<? super K, ? super N> action)
            throws Exception {
        if (ordered.isEmpty() || ordered.first().id().timestampMillis() > nowMillis) {
            return false;
        }
        final Timer<K, N> timer = ordered.pollFirst();
        final Id<K, N> id = timer.id();
        group(timer.keyGroup()).remove(id);
        store.setCurrentKey(id.key());
        action.onTimer(id.key(), id.namespace(), id.timestampMillis());
        return true;
    }

    private void add(final Id<K, N> id, final int keyGroup) {
        final Timer<K, N> timer = new Timer<>(id, keyGroup, nextSequence++);
        group(keyGroup).put(id, timer);
        ordered.add(timer);
    }

    @Override
    public List<GroupWriter> view() {
        return groups.stream().map(group -> writerOf(group.view())).toList();
    }

    /** In the order in which they were registered, so that timers of equal time keep theirs. */
    private GroupWriter writerOf(final CowTable.View<Id<K, N>, Timer<K, N>> view) {
        return out -> {
            final List<Timer<K, N>> timers = new ArrayList<>();
            view.forEach((id, timer) -> timers.add(timer));
            timers.sort(Comparator.comparingLong(Timer::sequence));
            for (final Timer<K, N> timer : timers) {
                out.fields().put(store.keySerializer(), timer.id().key());
                out.fields().put(namespaceSerializer, timer.id().namespace());
                out.fields().raw().putLong(timer.id().timestampMillis());
                out.endEntry();
            }
        };
    }

    @Override
    public void read(final FieldInput in) {
        store.setCurrentKey(in.get(store.keySerializer()));
        final N namespace = in.get(namespaceSerializer);
        add(new Id<>(store.currentKey(), namespace, in.raw().getLong()), store.currentKeyGroup());
    }

    private CowTable<Id<K, N>, Timer<K, N>> group(final int keyGroup) {
        return groups.get(keyGroup - store.keyGroups().first());
    }

    private record Id<K, N>(K key, N namespace, long timestampMillis) {}

    private record Timer<K, N>(Id<K, N> id, int keyGroup, long sequence) {}
}
