package io.geminid.state.gemini;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.SegmentPool;
import io.geminid.state.StateStoreContext;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.base.Directories;
import io.geminid.state.gemini.log.Frames;
import io.geminid.state.gemini.spill.SpillFiles;
import io.geminid.state.gemini.spill.SpillSpace;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes stores that keep their state in segments of a pool. Thread-safe.
 *
 * <p>A store takes segments as it grows, up to its share, out of what nobody has reserved. With a
 * disk it has a few for itself from the beginning.
 */
public final class GeminiStateStoreFactory implements StateStoreFactory {

    /**
     * What a store with a disk gets along with, and has for itself: what is needed to begin with
     * the disk and to move records, and a little for index and log.
     */
    public static final int SEGMENTS_MIN = 16;

    /** One segment in so many is left to those that have few. */
    private static final int LEFT_FREE = 8;

    /** Files of one store, of which there may be several with the same name. */
    private final AtomicInteger made = new AtomicInteger();

    /** Stores that are open, among which memory is divided when it gets scarce. */
    private final AtomicInteger open = new AtomicInteger();

    private final SegmentPool pool;
    private final int segmentsMin;
    private final int segmentsMax;
    private final SpillSpace disk;
    private final Executor readers;

    /**
     * For stores of which nothing goes to disk.
     *
     * @param pool where segments come from; stays the caller's
     * @param segmentsMax segments that one store may hold
     */
    public GeminiStateStoreFactory(final SegmentPool pool, final int segmentsMax) {
        this.pool = Objects.requireNonNull(pool, "pool");
        this.segmentsMin = 0;
        this.segmentsMax = segmentsMax;
        this.disk = null;
        this.readers = null;
    }

    /**
     * For the stores of one process.
     *
     * @param pool where segments come from; stays the caller's
     * @param segmentsMax segments that one store may hold
     * @param disk where records go that do not fit into memory; its directory goes with this
     * @param readers read what a restored store is going to load next; null: nobody does
     */
    public GeminiStateStoreFactory(
            final SegmentPool pool,
            final int segmentsMax,
            final SpillSpace disk,
            final Executor readers) {
        this.pool = Objects.requireNonNull(pool, "pool");
        this.segmentsMin = Math.min(segmentsMax, SEGMENTS_MIN);
        this.segmentsMax = segmentsMax;
        this.disk = Objects.requireNonNull(disk, "disk");
        this.readers = readers;
    }

    @Override
    public <K> GeminiStateStore<K> create(final StateStoreContext<K> context) {
        final Frames frames =
                new Frames(
                        pool.createLocalPool(
                                new LocalPoolContext(
                                        "state " + context.name(), segmentsMin, segmentsMax, 0)),
                        pool.context(),
                        this::mayTake);
        final GeminiStateStore<K> store =
                new GeminiStateStore<>(
                        context,
                        frames,
                        disk == null || !disk.isOpen() ? null : files(context),
                        readers,
                        open::decrementAndGet);
        open.incrementAndGet();
        return store;
    }

    /**
     * Whether a store may take one more segment: the last free ones are for stores that have less
     * than their part. Others make room in what they have.
     */
    private boolean mayTake(final int held) {
        return disk == null
                || held < segmentsMin
                || held < segmentsMax / Math.max(1, open.get())
                || pool.floatingFree() > pool.capacity() / LEFT_FREE;
    }

    private SpillFiles files(final StateStoreContext<?> context) {
        final int segmentBytes = pool.context().segmentBytes();
        return new SpillFiles(
                disk,
                context.name(),
                "gemini-" + made.incrementAndGet(),
                segmentBytes,
                Frames.blockBytes(segmentBytes));
    }

    /** Removes the directory of the files, if there is one. */
    @Override
    public void close() {
        if (disk != null) {
            Directories.delete(disk.directory());
        }
    }
}
