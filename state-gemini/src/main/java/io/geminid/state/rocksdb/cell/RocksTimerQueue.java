package io.geminid.state.rocksdb.cell;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.TimerQueue;
import io.geminid.state.base.AbstractStateStore;
import io.geminid.state.rocksdb.db.KeyBytes;
import io.geminid.state.rocksdb.db.KeyInput;
import io.geminid.state.rocksdb.db.Scan;
import io.geminid.state.rocksdb.db.Table;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An entry for each timer, by key group and then by time. How many there are, and the earliest
 * time, is remembered for each key group, so that only a timer that is taken costs a scan.
 *
 * @param <K> type of the keys
 * @param <N> type of the namespaces
 */
public final class RocksTimerQueue<K, N> implements TimerQueue<K, N> {

    private static final int UNKNOWN = -1;

    private final AbstractStateStore<K> store;
    private final Table table;
    private final RecordSerializer<N> namespaceSerializer;
    private final KeyBytes bytes;
    private final KeyInput input;
    private final int groupBytes;
    private final long[] earliestMillis;
    private final int[] counts;
    private int earliestGroup = UNKNOWN;
    private int size;

    /**
     * Makes the queue.
     *
     * @param store whose current key the timers are for
     * @param table holds them
     * @param namespaceSerializer how namespaces become bytes
     */
    public RocksTimerQueue(
            final AbstractStateStore<K> store,
            final Table table,
            final RecordSerializer<N> namespaceSerializer) {
        this.store = store;
        this.table = table;
        this.namespaceSerializer = namespaceSerializer;
        final int maxParallelism = store.context().maxParallelism();
        bytes = new KeyBytes(maxParallelism);
        input = new KeyInput(maxParallelism);
        groupBytes = KeyBytes.groupBytes(maxParallelism);
        earliestMillis = new long[store.keyGroups().size()];
        Arrays.fill(earliestMillis, Long.MAX_VALUE);
        counts = new int[earliestMillis.length];
        countRestored();
    }

    private void countRestored() {
        try (Scan scan = table.scan(bytes.cut(0).buffer())) {
            while (scan.next()) {
                final int group = input.wrap(scan.key()).group() - store.keyGroups().first();
                if (counts[group]++ == 0) {
                    earliestMillis[group] = input.time();
                }
                size++;
            }
        }
    }

    @Override
    public boolean register(final N namespace, final long timestampMillis) {
        final int group = currentGroup();
        final ByteBuffer key = key(namespace, timestampMillis);
        if (table.contains(key)) {
            return false;
        }
        table.write(key.rewind());
        counts[group]++;
        size++;
        if (timestampMillis < earliestMillis[group]) {
            earliestMillis[group] = timestampMillis;
        }
        earliestGroup = UNKNOWN;
        return true;
    }

    @Override
    public boolean delete(final N namespace, final long timestampMillis) {
        final int group = currentGroup();
        final ByteBuffer key = key(namespace, timestampMillis);
        if (!table.contains(key)) {
            return false;
        }
        table.delete(key.rewind());
        removed(group);
        if (timestampMillis == earliestMillis[group]) {
            try (Scan scan = scan(group)) {
                lookAtNext(scan, group);
            }
        }
        return true;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long nextTimestampMillis() {
        return size == 0 ? Long.MAX_VALUE : earliestMillis[earliestGroup()];
    }

    @Override
    public boolean pollDue(final long nowMillis, final Action<? super K, ? super N> action)
            throws Exception {
        if (size == 0 || nextTimestampMillis() > nowMillis) {
            return false;
        }
        final int group = earliestGroup();
        final long timestampMillis;
        final K key;
        final N namespace;
        try (Scan scan = scan(group)) {
            if (!scan.next()) {
                throw new IllegalStateException(
                        "keyGroup=" + keyGroup(group) + " timers=" + counts[group] + " found=0");
            }
            input.wrap(scan.key());
            timestampMillis = input.time();
            key = input.part(store.context().keySerializer());
            namespace = input.last(namespaceSerializer);
            table.delete(scan.key());
            removed(group);
            lookAtNext(scan, group);
        }
        store.setCurrentKey(key);
        action.onTimer(key, namespace, timestampMillis);
        return true;
    }

    private void removed(final int group) {
        counts[group]--;
        size--;
        earliestGroup = UNKNOWN;
    }

    /** From the earliest on: what is before it are only marks of deleted timers. */
    private Scan scan(final int group) {
        final ByteBuffer from =
                bytes.cut(0).group(keyGroup(group)).time(earliestMillis[group]).buffer();
        return table.scan(from, groupBytes);
    }

    private void lookAtNext(final Scan scan, final int group) {
        earliestMillis[group] = scan.next() ? input.wrap(scan.key()).time() : Long.MAX_VALUE;
    }

    /** The group whose earliest timer is the earliest of all; there is one. */
    private int earliestGroup() {
        if (earliestGroup == UNKNOWN) {
            for (int group = 0; group < counts.length; group++) {
                if (counts[group] > 0
                        && (earliestGroup == UNKNOWN
                                || earliestMillis[group] < earliestMillis[earliestGroup])) {
                    earliestGroup = group;
                }
            }
        }
        return earliestGroup;
    }

    private ByteBuffer key(final N namespace, final long timestampMillis) {
        return bytes.cut(0)
                .group(store.currentKeyGroup())
                .time(timestampMillis)
                .part(store.currentKey(), store.context().keySerializer())
                .last(namespace, namespaceSerializer)
                .buffer();
    }

    private int currentGroup() {
        return store.currentKeyGroup() - store.keyGroups().first();
    }

    private int keyGroup(final int group) {
        return store.keyGroups().first() + group;
    }
}
