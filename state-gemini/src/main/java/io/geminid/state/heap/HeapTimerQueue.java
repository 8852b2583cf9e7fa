package io.geminid.state.heap;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.TimerQueue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A sorted set of all timers, and for each key group a map that finds duplicates. */
final class HeapTimerQueue<K, N> implements TimerQueue<K, N> {

    private static final Comparator<Timer<?, ?>> ORDER =
            Comparator.<Timer<?, ?>>comparingLong(timer -> timer.id().timestampMillis())
                    .thenComparingInt(Timer::keyGroup)
                    .thenComparingLong(Timer::sequence);

    private final HeapStateStore<K> store;
    private final RecordSerializer<N> namespaceSerializer;
    private final List<Map<Id<K, N>, Timer<K, N>>> groups = new ArrayList<>();
    private final TreeSet<Timer<K, N>> ordered = new TreeSet<>(ORDER);
    private long nextSequence;

    HeapTimerQueue(final HeapStateStore<K> store, final RecordSerializer<N> namespaceSerializer) {
        this.store = store;
        this.namespaceSerializer = namespaceSerializer;
        for (int i = 0; i < store.keyGroups().size(); i++) {
            groups.add(new HashMap<>());
        }
    }

    @Override
    public boolean register(final N namespace, final long timestampMillis) {
        final int keyGroup = store.currentKeyGroup();
        final Map<Id<K, N>, Timer<K, N>> group = group(keyGroup);
        if (group.containsKey(new Id<>(store.currentKey(), namespace, timestampMillis))) {
            return false;
        }
        final N ownNamespace = store.copier().copy(namespace, namespaceSerializer);
        final Id<K, N> id = new Id<>(store.copyOfCurrentKey(), ownNamespace, timestampMillis);
        final Timer<K, N> timer = new Timer<>(id, keyGroup, nextSequence++);
        group.put(id, timer);
        ordered.add(timer);
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

    private Map<Id<K, N>, Timer<K, N>> group(final int keyGroup) {
        return groups.get(keyGroup - store.keyGroups().first());
    }

    private record Id<K, N>(K key, N namespace, long timestampMillis) {}

    private record Timer<K, N>(Id<K, N> id, int keyGroup, long sequence) {}
}
