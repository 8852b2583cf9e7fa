package io.geminid.shuffle.transport.link;

import io.geminid.shuffle.transport.TransportException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Says why connections were refused, at most once in a while: whoever connects in vain a thousand
 * times a second must not fill the disk. Any thread.
 */
public final class RefusalLog {

    /** Time after which another one is logged. */
    public static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final Logger log;
    private final LongSupplier nanoClock;

    // Guarded by this.
    private boolean said;
    private long lastNs;
    private long kept;

    /**
     * @param log where to
     * @param nanoClock time in nanoseconds
     */
    public RefusalLog(final Logger log, final LongSupplier nanoClock) {
        this.log = log;
        this.nanoClock = nanoClock;
    }

    /**
     * A connection was refused.
     *
     * @param peer who it was
     * @param reason why
     */
    public void refused(final Object peer, final TransportException reason) {
        final long keptBefore;
        synchronized (this) {
            final long nowNs = nanoClock.getAsLong();
            if (said && nowNs - lastNs < INTERVAL_NS) {
                kept++;
                return;
            }
            said = true;
            lastNs = nowNs;
            keptBefore = kept;
            kept = 0;
        }
        log.warn(
                "connection refused: peer={} {} notLoggedBefore={}",
                peer,
                reason.getMessage(),
                keptBefore);
    }
}
