package io.geminid.shuffle.sortmerge.write;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.shuffle.event.EndOfData;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.ShuffleEvent;
import io.geminid.shuffle.partition.OneShotListener;
import io.geminid.shuffle.partition.ResultPartition;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.format.PartitionIndex;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition that is written to disk once, sorted by subpartition, and can be read from its end
 * on, as often as needed.
 *
 * <p>Records are serialized into chunks of their subpartition. When memory is nearly full and the
 * disk is idle, all that was collected becomes a region, and is written by another thread while the
 * task fills what is left and what comes back: so regions are as large as memory allows, and the
 * task waits only if the disk is slower than it. No priority events: there is nothing to overtake.
 *
 * <p>Records given to {@link #beginBroadcast} are written once for all subpartitions as long as
 * there are no others.
 *
 * <p>{@link #finish} waits for the disk; from its return on the partition is published, needs no
 * memory, and {@link #close} leaves it alone. Closed before that it leaves nothing behind. An error
 * of the disk is the producing task's own: {@link PartitionWriteException}.
 */
public final class SortMergeResultPartition implements ResultPartition {

    private static final Logger LOG = LoggerFactory.getLogger(SortMergeResultPartition.class);

    private final PartitionFiles files;
    private final PartitionIndex index;
    private final LocalSegmentPool pool;
    private final Executor disk;
    private final WriteOptions.Listener listener;
    private final ChunkMemory memory;
    private final SortBuffer sort;
    private final RegionWriter writer;
    private final RecordOutput output = new RecordOutput();
    private final int broadcastChain;
    private final OneShotListener available = new OneShotListener();
    private final OneShotListener consumed = new OneShotListener();

    // Producing thread only.
    private int current;
    private boolean withinRecord;
    private boolean broadcast = true;
    private boolean finished;

    /** Written by the producing thread, read by whoever closes. */
    private volatile Thread producer;

    private final Object lock = new Object();

    // Written under the lock; the volatile ones are looked at without it.
    private final int[] sealedHeads;
    private boolean sealedBroadcast;
    private volatile boolean writing;
    private volatile boolean closed;
    private volatile boolean published;
    private volatile IOException failure;
    private boolean producerGone;
    private boolean released;

    /**
     * Makes a partition. No file is made yet.
     *
     * @param files its identity and place
     * @param index empty, of the same identity
     * @param pool where its memory comes from; now the partition's, which closes it
     * @param disk runs what waits for the disk; one job at a time for each partition
     * @param setup options, and who is told
     */
    public SortMergeResultPartition(
            final PartitionFiles files,
            final PartitionIndex index,
            final LocalSegmentPool pool,
            final Executor disk,
            final Setup setup) {
        this.files = files;
        this.index = index;
        this.pool = pool;
        this.disk = disk;
        this.listener = setup.listener();
        this.broadcastChain = index.subpartitionCount();
        this.memory = new ChunkMemory(pool, index.blockBytesMax(), index.subpartitionCount());
        this.sort = new SortBuffer(memory, broadcastChain + 1);
        this.writer = new RegionWriter(files, index, memory, setup.options());
        this.sealedHeads = new int[broadcastChain + 1];
    }

    /**
     * What a partition is made with besides.
     *
     * @param options how it is written
     * @param listener told what becomes of it
     */
    public record Setup(WriteOptions options, WriteOptions.Listener listener) {}

    @Override
    public ResultPartitionId id() {
        return files.id();
    }

    @Override
    public int subpartitionCount() {
        return index.subpartitionCount();
    }

    /** No barrier ever overtakes in what is complete before it is read. */
    @Override
    public long dataBytesMax() {
        return 0;
    }

    @Override
    public boolean isAvailable() {
        if (finished || closed || failure != null || memory.isAvailable()) {
            return true;
        }
        sealIfLow();
        return memory.isAvailable();
    }

    @Override
    public boolean awaitAvailable(final Runnable listenerOnce) {
        return available.await(listenerOnce, this::isAvailable);
    }

    @Override
    public RecordOutput beginRecord(final int subpartition) {
        if (broadcast) {
            leaveBroadcast();
        }
        return begin(subpartition);
    }

    @Override
    public boolean writesBroadcastOnce() {
        return broadcast;
    }

    @Override
    public RecordOutput beginBroadcast() {
        if (!broadcast) {
            throw new IllegalStateException(this + " has records of single subpartitions");
        }
        return begin(broadcastChain);
    }

    private RecordOutput begin(final int chain) {
        final RecordOutput out = output;
        current = chain;
        if (!sort.begin(chain, out)) {
            beginElsewhere(chain, out);
        }
        return out;
    }

    private void beginElsewhere(final int chain, final RecordOutput out) {
        if (sort.isClosed(chain) && index.endOfData() == null && !finished) {
            final int chunk = takeNow();
            if (chunk >= 0) {
                sort.open(chain, chunk);
                sort.begin(chain, out);
                return;
            }
        }
        // The length is split between two chunks, or there is none: endRecord sees to it.
        out.beginInScratch();
    }

    @Override
    public void endRecord() throws InterruptedException {
        if (output.spilled()) {
            requireMayAdd(null);
            sealIfLow();
            withinRecord = true;
            sort.endInScratch(current, output, this::take);
            withinRecord = false;
        } else {
            sort.end(current, output.length());
        }
    }

    @Override
    public void broadcastEvent(final ShuffleEvent event, final boolean priority) {
        requireMayAdd(event);
        if (priority) {
            throw new IllegalArgumentException(this + " event=" + event + " cannot overtake data");
        }
        if (event instanceof EndOfData end) {
            index.endOfData(end);
            sort.closeAll();
        } else if (event instanceof EndOfPartition) {
            publish();
        } else if (broadcast) {
            addEvent(broadcastChain, event);
        } else {
            for (int i = 0; i < broadcastChain; i++) {
                addEvent(i, event);
            }
        }
    }

    /** A stored partition is its own checkpoint: nothing of it is ever in flight. */
    @Override
    public List<List<Buffer>> broadcastOvertaking(final CheckpointBarrier barrier) {
        throw new IllegalArgumentException(this + " event=" + barrier + " cannot overtake data");
    }

    @Override
    public List<List<Buffer>> overtake(final CheckpointBarrier barrier) {
        throw new IllegalArgumentException(this + " event=" + barrier + " cannot overtake data");
    }

    @Override
    public void emitEvent(final int subpartition, final ShuffleEvent event) {
        if (event instanceof EndOfData || event instanceof EndOfPartition) {
            throw new IllegalArgumentException(this + " event=" + event + " is for all");
        }
        requireMayAdd(event);
        if (broadcast) {
            leaveBroadcast();
        }
        addEvent(subpartition, event);
    }

    private void addEvent(final int chain, final ShuffleEvent event) {
        final EventBuffer bytes = new EventBuffer(event, false);
        sort.addEvent(chain, bytes.memory(), uninterrupted(this::take));
    }

    /** What was the same for all so far becomes a region of its own. */
    private void leaveBroadcast() {
        if (!sort.isEmpty()) {
            uninterrupted(
                    () -> {
                        awaitDisk();
                        seal();
                        return 0;
                    });
        }
        broadcast = false;
    }

    /** For what cannot be declared to be interrupted: the task is cancelled. */
    private int uninterrupted(final SortBuffer.ChunkSource action) {
        try {
            return action.take();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            final CancellationException cancelled =
                    new CancellationException(this + " cancelled while waiting for the disk");
            cancelled.initCause(e);
            throw cancelled;
        }
    }

    private int takeNow() {
        if (producer != Thread.currentThread()) {
            producer = Thread.currentThread();
        }
        if (closed) {
            return -1;
        }
        final int chunk = memory.poll();
        if (chunk < 0 || !withinRecord) {
            sealIfLow();
        }
        return chunk;
    }

    private int take() throws InterruptedException {
        while (true) {
            requireOpen("waiting for memory");
            final int chunk = takeNow();
            if (chunk >= 0) {
                return chunk;
            }
            synchronized (lock) {
                while (writing && !closed && failure == null && !memory.isAnyReturned()) {
                    lock.wait();
                }
            }
        }
    }

    private void sealIfLow() {
        if (!writing && memory.isLow() && !sort.isEmpty()) {
            seal();
        }
    }

    /** The disk is idle, and only this thread makes it busy. */
    private void seal() {
        synchronized (lock) {
            if (closed || failure != null) {
                return;
            }
            assert !writing;
            sort.seal(sealedHeads);
            index.noteRecordAcross(withinRecord);
            sealedBroadcast = broadcast;
            writing = true;
        }
        execute(this::writeRegion);
    }

    private void awaitDisk() throws InterruptedException {
        synchronized (lock) {
            while (writing && !closed) {
                lock.wait();
            }
        }
        requireOpen("waiting for the disk");
    }

    private void writeRegion() throws IOException {
        writer.write(sealedHeads, sealedBroadcast, this::onFreed);
    }

    private boolean onFreed() {
        synchronized (lock) {
            lock.notifyAll();
        }
        available.fire();
        return !closed;
    }

    private void publish() {
        uninterrupted(
                () -> {
                    awaitDisk();
                    if (!sort.isEmpty()) {
                        seal();
                        awaitDisk();
                    }
                    return 0;
                });
        for (int i = 0; i < broadcastChain; i++) {
            index.statistics(
                    i,
                    sort.records(i) + sort.records(broadcastChain),
                    sort.bytes(i) + sort.bytes(broadcastChain));
        }
        synchronized (lock) {
            writing = true;
        }
        execute(this::publishFiles);
        uninterrupted(
                () -> {
                    awaitDisk();
                    return 0;
                });
        finished = true;
        releaseMemory();
        consumed.fire();
    }

    private void publishFiles() throws IOException {
        if (closed) {
            return;
        }
        writer.publish();
        synchronized (lock) {
            published = !closed;
        }
        if (published) {
            listener.published(id());
        } else {
            files.delete();
        }
    }

    /** A job for the disk. */
    private interface DiskJob {
        void run() throws IOException;
    }

    private void execute(final DiskJob job) {
        try {
            disk.execute(() -> runJob(job));
        } catch (final RuntimeException e) {
            ended(new IOException("no thread for the disk: " + e.getMessage(), e));
        }
    }

    private void runJob(final DiskJob job) {
        IOException cause = null;
        try {
            job.run();
        } catch (final IOException e) {
            cause = e;
        } catch (final RuntimeException e) {
            LOG.error("cannot write {}", files, e);
            cause = new IOException(e.toString(), e);
        }
        ended(cause);
    }

    private void ended(final IOException cause) {
        final boolean over;
        synchronized (lock) {
            if (cause != null) {
                failure = cause;
            }
            writing = false;
            over = closed;
            lock.notifyAll();
        }
        if ((over || cause != null) && !published) {
            abandonFiles();
        }
        releaseIfOver();
        available.fire();
    }

    private void abandonFiles() {
        try {
            writer.abandon();
        } catch (final IOException e) {
            LOG.warn("cannot remove what was not published of {}", files, e);
        }
    }

    /** An event, or a record if null. */
    private void requireMayAdd(final ShuffleEvent event) {
        final String what = event == null ? "record" : "event=" + event;
        requireOpen(what);
        if (finished || index.endOfData() != null && !(event instanceof EndOfPartition)) {
            throw new IllegalStateException(this + " is at its end: " + what);
        }
    }

    private void requireOpen(final String what) {
        final IOException cause = failure;
        if (cause != null) {
            throw new PartitionWriteException(
                    "partition="
                            + id()
                            + " file="
                            + files.dataPart()
                            + " written="
                            + index.dataBytes()
                            + " cannot be written: "
                            + cause.getMessage()
                            + (cause instanceof JobQuotaException
                                    ? ""
                                    : "; is geminid.shuffle.blocking.dir on a disk with room?"),
                    cause);
        }
        if (closed) {
            throw new IllegalStateException(this + " is closed: " + what);
        }
    }

    @Override
    public void flush() {
        // Nobody reads before the end.
    }

    @Override
    public void notifyEndOfData() {
        broadcastEvent(new EndOfData(true), false);
    }

    @Override
    public boolean isAllRecordsProcessed() {
        return true;
    }

    @Override
    public boolean awaitAllRecordsProcessed(final Runnable listenerOnce) {
        return false;
    }

    @Override
    public void finish() {
        broadcastEvent(new EndOfPartition(), false);
    }

    @Override
    public void fail(final Throwable cause) {
        end();
    }

    @Override
    public void close() {
        end();
        final Thread thread = producer;
        if (thread == null || thread == Thread.currentThread() || !thread.isAlive()) {
            synchronized (lock) {
                producerGone = true;
            }
            releaseIfOver();
        }
    }

    private void end() {
        final boolean idle;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            idle = !writing;
            lock.notifyAll();
        }
        if (idle && !published) {
            abandonFiles();
        }
        pool.close();
        listener.closed(this);
        available.fire();
        consumed.fire();
    }

    private void releaseIfOver() {
        synchronized (lock) {
            if (!producerGone || writing) {
                return;
            }
        }
        releaseMemory();
    }

    private void releaseMemory() {
        synchronized (lock) {
            if (released) {
                return;
            }
            released = true;
        }
        memory.release();
    }

    /** Nobody needs the producer any more once the partition is published. */
    @Override
    public boolean awaitConsumed(final Runnable listenerOnce) {
        return consumed.await(listenerOnce, () -> published);
    }

    @Override
    public String toString() {
        return "partition=" + id() + " subpartitions=" + broadcastChain;
    }
}
