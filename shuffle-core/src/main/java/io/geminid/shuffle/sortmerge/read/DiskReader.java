package io.geminid.shuffle.sortmerge.read;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.shuffle.ShuffleTimer;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.partition.SubpartitionListener;
import io.geminid.shuffle.sortmerge.format.PartitionDamagedException;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.format.PartitionIndex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads for all views of a process, one job at a time. Views of one partition are served in the
 * order of its file, up to its end and from its begin again, and partitions take turns. So many
 * consumers make one pass over the file, and a single one is read ahead.
 *
 * <p>Memory is one local pool. What was read ahead is only lent to a view: if the pool is dry for a
 * while, it is taken back from those who do not poll, to be read again when they do. So a consumer
 * that waits for something else never keeps others from going on (FLINK-31386).
 *
 * <p>Any thread; one lock, held for moments; listeners are called outside of it. The executor runs
 * jobs on threads of its own, never on the caller's.
 */
final class DiskReader implements AutoCloseable {

    /** Blocks that one view may have waiting. */
    static final int READ_AHEAD_MAX = 16;

    private static final Logger LOG = LoggerFactory.getLogger(DiskReader.class);

    private static final SegmentOwner OWNER = SegmentOwner.named("read");

    /** Reads of one partition before the next has its turn: long enough for a sweep. */
    private static final int READS_PER_TURN = 256;

    /**
     * Longer than a consumer that is awake needs to poll; short beside a disk that stands still.
     */
    private static final long DRY_NS = 1_000_000L;

    private final LocalSegmentPool pool;
    private final int segmentBytes;
    private final Executor disk;
    private final ShuffleTimer timer;
    private final BlockReader blocks = new BlockReader();

    private final Object lock = new Object();
    private volatile Consumer<PartitionFiles> used = files -> {};

    // Guarded by lock.
    private final Map<PartitionFiles, StoredPartition> open = new HashMap<>();
    private final ArrayDeque<StoredPartition> queue = new ArrayDeque<>();
    private final List<StoredPartition> toClose = new ArrayList<>();
    private int viewCount;
    private int readsInTurn;
    private long nextSerial;
    private boolean running;
    private boolean closed;

    /** No segment was to be had: nothing is read until the pool calls, or the time has come. */
    private boolean dry;

    private boolean askedPool;
    private boolean wokenByPool;
    private boolean timerSet;
    private boolean takeBackDue;

    /** Statistics; written by the disk thread. */
    private volatile long reads;

    private volatile long bytesRead;

    /**
     * @param pool where segments come from; now the reader's, which closes it
     * @param segmentBytes of the pool
     * @param disk runs one job at a time, which may wait for the disk
     * @param timer for what takes back memory
     */
    DiskReader(
            final LocalSegmentPool pool,
            final int segmentBytes,
            final Executor disk,
            final ShuffleTimer timer) {
        this.pool = pool;
        this.segmentBytes = segmentBytes;
        this.disk = disk;
        this.timer = timer;
    }

    Object lock() {
        return lock;
    }

    /** Has somebody told of each partition that is read from, each time. Before the first view. */
    void tell(final Consumer<PartitionFiles> listener) {
        used = listener;
    }

    long reads() {
        return reads;
    }

    long bytesRead() {
        return bytesRead;
    }

    /** Opens a view; nothing is read yet. Null if closed. */
    StoredView open(
            final PartitionFiles files,
            final SubpartitionRange range,
            final SubpartitionListener listener) {
        synchronized (lock) {
            if (closed) {
                return null;
            }
            final StoredPartition partition = open.computeIfAbsent(files, StoredPartition::new);
            final StoredView view = new StoredView(this, partition, range, nextSerial++, listener);
            partition.views.add(view);
            viewCount++;
            return view;
        }
    }

    /** Ends all views of a partition: it is no longer there. */
    void release(final PartitionFiles files) {
        final List<StoredView> views;
        synchronized (lock) {
            final StoredPartition partition = open.get(files);
            views = partition == null ? List.of() : List.copyOf(partition.views);
        }
        for (final StoredView view : views) {
            release(view, null);
            view.tell();
        }
    }

    /** Ends a view. Idempotent. */
    void release(final StoredView view, final Throwable cause) {
        final ArrayDeque<BlockReader.Block> dropped;
        synchronized (lock) {
            dropped = view.end(cause);
            final StoredPartition partition = view.partition;
            if (partition.views.remove(view)) {
                viewCount--;
                unwant(view);
                if (partition.views.isEmpty()) {
                    open.remove(partition.files(), partition);
                    toClose.add(partition);
                    start();
                }
            }
        }
        dropped.forEach(block -> block.buffer().release());
    }

    /** Blocks a view may have waiting at this moment. Under the lock. */
    int readAhead() {
        return Math.max(
                1, Math.min(READ_AHEAD_MAX, pool.context().max() / (2 * Math.max(1, viewCount))));
    }

    /** The view is to have more. Under the lock. */
    void want(final StoredView view) {
        if (view.want != null || view.allRead || view.isEnded() || closed) {
            return;
        }
        final StoredPartition partition = view.partition;
        view.want = new StoredPartition.Want(view.nextOffset, view.serial);
        partition.wanting.put(view.want, view);
        if (!partition.queued) {
            partition.queued = true;
            queue.add(partition);
        }
        if (!dry) {
            start();
        }
    }

    private void unwant(final StoredView view) {
        if (view.want != null) {
            view.partition.wanting.remove(view.want);
            view.want = null;
        }
    }

    private void start() {
        if (!running) {
            running = true;
            try {
                disk.execute(this::run);
            } catch (final RuntimeException e) {
                running = false;
                LOG.error("no thread for the disk", e);
            }
        }
    }

    private void run() {
        while (true) {
            final StoredView view;
            final boolean takesBack;
            final List<StoredPartition> unused;
            synchronized (lock) {
                takesBack = takeBackDue;
                takeBackDue = false;
                unused = List.copyOf(toClose);
                toClose.clear();
                view = closed || takesBack ? null : next();
                if (view == null && !takesBack && unused.isEmpty()) {
                    running = false;
                    declineIfWoken();
                    return;
                }
            }
            unused.forEach(StoredPartition::close);
            if (takesBack) {
                takeBack();
            } else if (view != null) {
                serve(view);
            }
        }
    }

    /** The pool gave us a turn that nobody needs: the next one should have it. */
    private void declineIfWoken() {
        if (wokenByPool && !closed) {
            wokenByPool = false;
            pool.decline();
        }
    }

    private StoredView next() {
        while (!dry && !queue.isEmpty()) {
            final StoredPartition partition = queue.peek();
            if (partition.wanting.isEmpty() || readsInTurn >= READS_PER_TURN) {
                queue.remove();
                readsInTurn = 0;
                partition.queued = !partition.wanting.isEmpty();
                if (partition.queued) {
                    queue.add(partition);
                }
            } else {
                readsInTurn++;
                final StoredPartition.Want here =
                        new StoredPartition.Want(partition.position, Long.MIN_VALUE);
                final Map.Entry<StoredPartition.Want, StoredView> ahead =
                        partition.wanting.ceilingEntry(here);
                final StoredView view =
                        (ahead == null ? partition.wanting.firstEntry() : ahead).getValue();
                unwant(view);
                return view;
            }
        }
        return null;
    }

    private void serve(final StoredView view) {
        if (view.allRead) {
            return; // asked once more while it was served
        }
        final List<Segment> segments = new ArrayList<>();
        final List<BlockReader.Block> read = new ArrayList<>();
        try {
            final StoredPartition partition = view.partition;
            final PartitionIndex index = partition.index(segmentBytes);
            used.accept(partition.files());
            if (view.cursor == null) {
                if (view.last >= index.subpartitionCount()) {
                    throw partition.damaged(view + " of " + index.subpartitionCount(), null);
                }
                view.cursor = new Cursor(index, view.first, view.last);
            }
            if (!view.cursor.isAtEnd()) {
                if (!takeSegments(view, segments)) {
                    return;
                }
                blocks.read(partition, view.cursor, index.codec(), segments, read);
                reads = blocks.reads();
                bytesRead = blocks.bytes();
            }
            deliver(view, index, read);
        } catch (final PartitionDamagedException e) {
            LOG.warn("{}", e.getMessage());
            release(view, e);
            view.tell();
        } catch (final RuntimeException e) {
            LOG.error("cannot read {}", view, e);
            release(view, e);
            view.tell();
        } finally {
            segments.forEach(Segment::close);
        }
    }

    private boolean takeSegments(final StoredView view, final List<Segment> into) {
        final int wanted;
        synchronized (lock) {
            final int left = view.cursor.bytesInRegion();
            wanted = Math.min(readAhead(), (left + segmentBytes - 1) / segmentBytes);
            wokenByPool = false;
        }
        for (int i = 0; i < wanted; i++) {
            final Segment segment = pool.poll(OWNER);
            if (segment == null) {
                break;
            }
            into.add(segment);
        }
        if (into.isEmpty()) {
            waitForPool(view);
        }
        return !into.isEmpty();
    }

    /** The view is served again when a segment is back. */
    private void waitForPool(final StoredView view) {
        final boolean ask;
        synchronized (lock) {
            dry = true;
            want(view);
            ask = !askedPool;
            askedPool = true;
        }
        if (ask && !pool.awaitAvailable(this::onSegment)) {
            synchronized (lock) {
                askedPool = false;
                dry = false;
            }
            return;
        }
        final boolean setTimer;
        synchronized (lock) {
            setTimer = dry && !timerSet;
            timerSet |= setTimer;
        }
        if (setTimer) {
            timer.runAfter(DRY_NS, this::onStillDry);
        }
    }

    private void onSegment() {
        synchronized (lock) {
            askedPool = false;
            wokenByPool = true;
            dry = false;
            start();
        }
    }

    private void onStillDry() {
        synchronized (lock) {
            timerSet = false;
            if (dry && !closed) {
                takeBackDue = true;
                start();
            }
        }
    }

    /** Takes what whoever has most has waiting, and comes back if that was not enough. */
    private void takeBack() {
        final List<BlockReader.Block> taken = new ArrayList<>();
        synchronized (lock) {
            StoredView richest = null;
            for (final StoredPartition partition : open.values()) {
                for (final StoredView view : partition.views) {
                    if (view.readyData > (richest == null ? 0 : richest.readyData)) {
                        richest = view;
                    }
                }
            }
            if (richest != null) {
                takeReady(richest, taken);
            }
            if (!timerSet) {
                timerSet = true;
                timer.runAfter(DRY_NS, this::onStillDry);
            }
        }
        taken.forEach(block -> block.buffer().release());
    }

    private void takeReady(final StoredView view, final List<BlockReader.Block> taken) {
        taken.addAll(view.ready);
        view.ready.clear();
        view.readyData = 0;
        view.cursor = taken.get(0).at();
        view.allRead = false;
        view.blocksLeft = view.cursor.blocksLeft();
        view.nextOffset = view.cursor.offset();
        if (view.want != null) {
            unwant(view);
            want(view);
        }
    }

    private void deliver(
            final StoredView view, final PartitionIndex index, final List<BlockReader.Block> read) {
        final boolean ended;
        synchronized (lock) {
            ended = view.isEnded();
            if (!ended) {
                for (final BlockReader.Block block : read) {
                    view.ready.add(block);
                    if (block.buffer().kind() == Buffer.Kind.DATA) {
                        view.readyData++;
                    }
                }
                if (view.cursor.isAtEnd()) {
                    addEnd(view, index);
                } else {
                    view.nextOffset = view.cursor.offset();
                    view.partition.position = view.nextOffset;
                    view.blocksLeft = view.cursor.blocksLeft();
                }
            }
        }
        if (ended) {
            read.forEach(block -> block.buffer().release());
        } else {
            view.tell();
        }
    }

    private static void addEnd(final StoredView view, final PartitionIndex index) {
        view.allRead = true;
        view.blocksLeft = 0;
        if (index.endOfData() != null) {
            view.ready.add(
                    new BlockReader.Block(new EventBuffer(index.endOfData(), false), view.cursor));
        }
        view.ready.add(
                new BlockReader.Block(new EventBuffer(new EndOfPartition(), false), view.cursor));
    }

    /** Ends all views. What consumers hold comes back as they let go of it. */
    @Override
    public void close() {
        final List<StoredView> views = new ArrayList<>();
        synchronized (lock) {
            closed = true;
            open.values().forEach(partition -> views.addAll(partition.views));
        }
        for (final StoredView view : views) {
            release(view, null);
            view.tell();
        }
        pool.close();
    }

    @Override
    public String toString() {
        return "disk reader views="
                + viewCount
                + " running="
                + running
                + " dry="
                + dry
                + " askedPool="
                + askedPool
                + " timerSet="
                + timerSet
                + " pool="
                + pool.held();
    }
}
