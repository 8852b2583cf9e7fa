package io.geminid.state.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.alloc.DirectSlabAllocator;
import io.geminid.memory.debug.DebugLevel;
import io.geminid.state.gemini.spill.SpillDisk;
import io.geminid.state.gemini.spill.SpillSpace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;

/** A pool of small segments, of which a store gets so few that nearly all it has is on disk. */
final class SmallMemory {

    private static final int SEGMENT_BYTES = 4096;
    private static final int SLAB_BYTES = 64 << 10;

    private final SegmentPool pool;
    private final SpillSpace disk;
    private final GeminiStateStoreFactory factory;
    private boolean usedDisk;

    SmallMemory(final Path directory, final int stores, final int segmentsOfStore) {
        this(directory, stores, segmentsOfStore, SpillDisk.ofHost());
    }

    SmallMemory(
            final Path directory,
            final int stores,
            final int segmentsOfStore,
            final SpillDisk files) {
        this(directory, stores, segmentsOfStore, files, 1L << 32);
    }

    SmallMemory(
            final Path directory,
            final int stores,
            final int segmentsOfStore,
            final SpillDisk files,
            final long diskBytesMax) {
        this.pool =
                new SegmentPool(
                        new SegmentPoolContext(
                                SEGMENT_BYTES,
                                SLAB_BYTES,
                                (long) stores * segmentsOfStore * SEGMENT_BYTES + SLAB_BYTES,
                                DebugLevel.OFF,
                                new DirectSlabAllocator()));
        this.disk =
                new SpillSpace(
                        directory.resolve("spilled"),
                        diskBytesMax,
                        path -> {
                            usedDisk = true;
                            return files.create(path);
                        });
        this.factory =
                new GeminiStateStoreFactory(pool, segmentsOfStore, disk, ForkJoinPool.commonPool());
    }

    /** The only one: its stores' files have names of their own. */
    GeminiStateStoreFactory factory() {
        return factory;
    }

    boolean usedDisk() {
        return usedDisk;
    }

    /** After all stores were closed. */
    void close() {
        assertThat(pool.heldByOwner()).isEmpty();
        pool.close();
        assertThat(disk.usedBytes()).isZero();
        factory.close();
        assertThat(Files.exists(disk.directory())).isFalse();
    }
}
