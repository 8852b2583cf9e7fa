package io.geminid.testing;

import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.alloc.DirectSlabAllocator;
import io.geminid.memory.debug.DebugLevel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes the pools of a test and closes them after it: a test that leaves a segment on loan fails
 * with the leak report.
 *
 * <pre>{@code
 * @RegisterExtension final PoolExtension pools = new PoolExtension();
 * }</pre>
 *
 * <p>{@code -Dgeminid.memory.debug=stacks|poison} sets the level of all pools made by size.
 */
public final class PoolExtension implements AfterEachCallback {
    /** Size of the segments of {@link #pool(int)}. */
    public static final int SEGMENT_BYTES = SegmentPoolContext.SEGMENT_BYTES_MIN;

    private final List<SegmentPool> pools = new ArrayList<>();

    /** Makes an extension without pools. */
    public PoolExtension() {}

    /**
     * A pool of small segments, a slab for every 8, or for every one when the count is no multiple.
     *
     * @param segmentCount capacity
     * @return closed after the test; the test may close it before
     */
    public SegmentPool pool(final int segmentCount) {
        return pool(context(segmentCount));
    }

    /**
     * A pool of sizes of the test's own.
     *
     * @param context sizes
     * @return closed after the test; the test may close it before
     */
    public SegmentPool pool(final SegmentPoolContext context) {
        final SegmentPool pool = new SegmentPool(context);
        pools.add(pool);
        return pool;
    }

    /**
     * Sizes of {@link #pool(int)}.
     *
     * @param segmentCount capacity
     * @return with the debug level of this run
     */
    public static SegmentPoolContext context(final int segmentCount) {
        final int slabBytes = SEGMENT_BYTES * (segmentCount % 8 == 0 ? 8 : 1);
        return new SegmentPoolContext(
                SEGMENT_BYTES,
                slabBytes,
                (long) SEGMENT_BYTES * segmentCount,
                debugLevel(),
                new DirectSlabAllocator());
    }

    private static DebugLevel debugLevel() {
        final String name = SegmentPoolContext.DEBUG.name();
        return SegmentPoolContext.DEBUG.parse(
                System.getProperty(name, SegmentPoolContext.DEBUG.defaultText()));
    }

    @Override
    public void afterEach(final ExtensionContext context) {
        RuntimeException failure = null;
        for (final SegmentPool pool : pools) {
            try {
                pool.close();
            } catch (final RuntimeException e) {
                failure = e;
            }
        }
        pools.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
