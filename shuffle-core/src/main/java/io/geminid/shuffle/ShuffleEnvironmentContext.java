package io.geminid.shuffle;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.transport.link.JobToken;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * What an environment is made with.
 *
 * @param processId identity of the worker process, new at each start
 * @param properties the {@code geminid.*} configuration
 * @param pool where all segments come from; stays the caller's
 * @param nanoClock monotonic time in nanoseconds
 * @param timer runs what has to be tried again later
 * @param token what peers must prove to know
 */
public record ShuffleEnvironmentContext(
        UUID processId,
        GeminidProperties properties,
        SegmentPool pool,
        LongSupplier nanoClock,
        ShuffleTimer timer,
        JobToken token) {

    /**
     * With the timer of the JDK.
     *
     * @param processId identity of the worker process, new at each start
     * @param properties the {@code geminid.*} configuration
     * @param pool where all segments come from; stays the caller's
     * @param nanoClock monotonic time in nanoseconds
     */
    public ShuffleEnvironmentContext(
            final UUID processId,
            final GeminidProperties properties,
            final SegmentPool pool,
            final LongSupplier nanoClock) {
        this(processId, properties, pool, nanoClock, ShuffleTimer.ofJdk(), JobToken.NONE);
    }

    /**
     * The same with a token.
     *
     * @param secret what peers must prove to know
     * @return a changed copy
     */
    public ShuffleEnvironmentContext withToken(final JobToken secret) {
        return new ShuffleEnvironmentContext(processId, properties, pool, nanoClock, timer, secret);
    }
}
