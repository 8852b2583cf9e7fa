package io.geminid.state.gemini;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.SegmentPool;
import io.geminid.state.StateStoreContext;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.gemini.log.Frames;
import java.util.Objects;

/**
 * Makes stores that keep their state in segments of a pool. Thread-safe.
 *
 * <p>A store takes segments as it grows, up to its share, out of what nobody has reserved.
 */
public final class GeminiStateStoreFactory implements StateStoreFactory {

    private final SegmentPool pool;
    private final int segmentsMax;

    /**
     * For the stores of one process.
     *
     * @param pool where segments come from; stays the caller's
     * @param segmentsMax segments that one store may hold
     */
    public GeminiStateStoreFactory(final SegmentPool pool, final int segmentsMax) {
        this.pool = Objects.requireNonNull(pool, "pool");
        this.segmentsMax = segmentsMax;
    }

    @Override
    public <K> GeminiStateStore<K> create(final StateStoreContext<K> context) {
        final Frames frames =
                new Frames(
                        pool.createLocalPool(
                                new LocalPoolContext("state " + context.name(), 0, segmentsMax, 0)),
                        pool.context().segmentBytes(),
                        pool.context().segmentsPerSlab());
        return new GeminiStateStore<>(context, frames);
    }
}
