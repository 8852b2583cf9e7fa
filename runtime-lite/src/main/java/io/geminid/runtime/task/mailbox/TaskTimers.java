package io.geminid.runtime.task.mailbox;

import io.geminid.runtime.time.ProcessingTimeService;
import java.time.InstantSource;
import java.util.PriorityQueue;

/**
 * The clock of a task, and its callbacks by that clock. The task's thread only (INV M1).
 *
 * <p>Of two callbacks for the same time the one asked for first runs first, so that a run can be
 * repeated.
 */
public final class TaskTimers implements ProcessingTimeService {

    /** Answer of {@link #nextMillis()} if there is no callback. */
    public static final long NEVER = Long.MAX_VALUE;

    private final InstantSource clock;
    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long sequence;

    /**
     * Makes timers.
     *
     * @param clock wall clock
     */
    public TaskTimers(final InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public long currentTimeMillis() {
        return clock.millis();
    }

    @Override
    public Scheduled schedule(final long timestampMillis, final Callback callback) {
        final Entry entry = new Entry(timestampMillis, sequence++, callback);
        entries.add(entry);
        return () -> {
            entry.cancelled = true;
            entries.remove(entry);
        };
    }

    /**
     * @return time of the next callback, or {@link #NEVER}
     */
    public long nextMillis() {
        final Entry next = entries.peek();
        return next == null ? NEVER : next.timestampMillis;
    }

    /**
     * Runs the callbacks whose time has come. One that a callback asks for runs in the next call,
     * so that records get their turn.
     *
     * @return true if there was any
     * @throws Exception what a callback threw
     */
    public boolean runDue() throws Exception {
        if (entries.isEmpty()) {
            return false;
        }
        final long nowMillis = clock.millis();
        final long newFrom = sequence;
        boolean any = false;
        for (Entry next = entries.peek();
                next != null && next.timestampMillis <= nowMillis && next.sequence < newFrom;
                next = entries.peek()) {
            entries.remove();
            if (!next.cancelled) {
                next.callback.onTime(next.timestampMillis);
                any = true;
            }
        }
        return any;
    }

    private static final class Entry implements Comparable<Entry> {

        private final long timestampMillis;
        private final long sequence;
        private final Callback callback;
        private boolean cancelled;

        Entry(final long timestampMillis, final long sequence, final Callback callback) {
            this.timestampMillis = timestampMillis;
            this.sequence = sequence;
            this.callback = callback;
        }

        @Override
        public int compareTo(final Entry other) {
            final int byTime = Long.compare(timestampMillis, other.timestampMillis);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }
}
