package io.geminid.state.gemini.timer;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.TimerQueue;
import io.geminid.state.gemini.kind.StateSpace;
import io.geminid.state.gemini.table.Cells;
import io.geminid.state.gemini.table.Probe;

/**
 * Timers as records without a value, whose key is (key, namespace, timestamp); so a snapshot has
 * them like everything else. Beside them a heap of timestamps and hashes says which comes next: the
 * record is then found by its hash. A timer that was deleted leaves its entry in the heap behind,
 * which is dropped when it comes up, or when such entries are more than half of all.
 *
 * @param <K> type of the keys
 * @param <N> type of the namespaces
 */
public final class GeminiTimerQueue<K, N> implements TimerQueue<K, N> {

    private static final int STALE_MIN = 1024;

    private final StateSpace<N> space;
    private final TimerHost<K> host;
    private final Probe timer = new Probe();
    private final Probe shortened = new Probe();
    private TimerHeap heap = new TimerHeap();
    private int size;

    /**
     * An empty queue.
     *
     * @param space what it has of its store
     * @param host the store
     */
    public GeminiTimerQueue(final StateSpace<N> space, final TimerHost<K> host) {
        this.space = space;
        this.host = host;
    }

    private Probe key(final N namespace, final long timestampMillis) {
        final RecordOutput out = shortened.begin();
        space.currentKey().writeKey(out);
        space.namespaces().write(namespace, out);
        space.cells().shorten(shortened, out);
        shortened.end(space.currentKey().keyGroup(), space.number());
        shortened.beginLonger(timer).putLong(timestampMillis);
        timer.full(shortened);
        timer.end(space.currentKey().keyGroup(), space.number());
        return timer;
    }

    @Override
    public boolean register(final N namespace, final long timestampMillis) {
        final Probe key = key(namespace, timestampMillis);
        final Cells cells = space.cells();
        if (cells.find(key) != null) {
            return false;
        }
        cells.begin(key);
        cells.end(key, 0);
        heap.add(timestampMillis, key.hash());
        size++;
        return true;
    }

    @Override
    public boolean delete(final N namespace, final long timestampMillis) {
        if (!space.cells().remove(key(namespace, timestampMillis))) {
            return false;
        }
        size--;
        if (heap.size() - size > STALE_MIN && size < heap.size() / 2) {
            collect();
        }
        return true;
    }

    /** Makes the heap anew, from the records. */
    public void collect() {
        final TimerHeap fresh = new TimerHeap();
        final Cells cells = space.cells();
        cells.table()
                .forEach(
                        (place, address) -> {
                            if (cells.table().state(address) == space.number()) {
                                fresh.add(timestampOf(address), cells.table().hash(address));
                            }
                        });
        heap = fresh;
        size = fresh.size();
    }

    private long timestampOf(final long address) {
        return space.cells().table().lastWordOfKey(address);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long nextTimestampMillis() {
        dropStale();
        return heap.size() == 0 ? Long.MAX_VALUE : heap.firstTimestamp();
    }

    private long dropStale() {
        while (heap.size() > 0) {
            final long address = first();
            if (address != 0) {
                return address;
            }
            heap.removeFirst();
        }
        return 0;
    }

    private long first() {
        return space.cells()
                .table()
                .findTimed(heap.firstHash(), space.number(), heap.firstTimestamp());
    }

    @Override
    public boolean pollDue(final long nowMillis, final Action<? super K, ? super N> action)
            throws Exception {
        long address = dropStale();
        if (address == 0 || heap.firstTimestamp() > nowMillis) {
            return false;
        }
        if (host.load(space.cells().table().group(address))) {
            address = first();
        }
        final long timestamp = heap.firstTimestamp();
        heap.removeFirst();
        final RecordInput in = space.cells().keyOf(address);
        final K key = host.keySerializer().read(in);
        final N namespace = space.namespaces().read(in);
        host.setCurrentKey(key);
        space.cells().remove(key(namespace, timestamp));
        size--;
        action.onTimer(key, namespace, timestamp);
        return true;
    }
}
