package io.geminid.runtime.time;

import java.util.Map;
import java.util.TreeMap;

/**
 * A clock that stands still until a test moves it. Callbacks of equal time come in order of asking.
 */
public final class ManualProcessingTime implements ProcessingTimeService {

    private final TreeMap<Long, TreeMap<Long, Callback>> pending = new TreeMap<>();
    private long nowMillis;
    private long asked;

    /**
     * @param startMillis what time it is
     */
    public ManualProcessingTime(final long startMillis) {
        nowMillis = startMillis;
    }

    @Override
    public long currentTimeMillis() {
        return nowMillis;
    }

    @Override
    public Scheduled schedule(final long timestampMillis, final Callback callback) {
        final long id = asked++;
        pending.computeIfAbsent(timestampMillis, time -> new TreeMap<>()).put(id, callback);
        return () -> remove(timestampMillis, id);
    }

    /**
     * @return time of the next callback, or {@link Long#MAX_VALUE}
     */
    public long nextMillis() {
        return pending.isEmpty() ? Long.MAX_VALUE : pending.firstKey();
    }

    /**
     * @return how many callbacks are asked for
     */
    public int pendingCount() {
        return pending.values().stream().mapToInt(Map::size).sum();
    }

    /**
     * Moves the clock, with all callbacks on the way, each at its time.
     *
     * @param millis what time it becomes
     */
    public void advanceTo(final long millis) {
        while (!pending.isEmpty() && pending.firstKey() <= millis) {
            final long time = pending.firstKey();
            final long id = pending.firstEntry().getValue().firstKey();
            final Callback callback = pending.firstEntry().getValue().get(id);
            remove(time, id);
            nowMillis = Math.max(nowMillis, time);
            try {
                callback.onTime(time);
            } catch (final Exception e) {
                throw new AssertionError(e);
            }
        }
        nowMillis = Math.max(nowMillis, millis);
    }

    private void remove(final long time, final long id) {
        final TreeMap<Long, Callback> atTime = pending.get(time);
        if (atTime != null && atTime.remove(id) != null && atTime.isEmpty()) {
            pending.remove(time);
        }
    }
}
