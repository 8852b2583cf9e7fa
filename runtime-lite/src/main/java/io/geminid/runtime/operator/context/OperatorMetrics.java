package io.geminid.runtime.operator.context;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** The counters of one operator subtask. Its task thread counts; any thread may read. */
public final class OperatorMetrics {

    /** Records that a source has read. */
    public static final String RECORDS_READ = "recordsRead";

    private final ConcurrentSkipListMap<String, Counter> counters = new ConcurrentSkipListMap<>();

    /** Makes metrics without counters. */
    public OperatorMetrics() {}

    /**
     * A counter, made at the first call.
     *
     * @param name its name, in camel case
     * @return the same for the same name
     */
    public Counter counter(final String name) {
        return counters.computeIfAbsent(name, key -> new Counter());
    }

    /**
     * Reads all.
     *
     * @return value by name; the values are not of one instant
     */
    public Map<String, Long> values() {
        final Map<String, Long> values = new TreeMap<>();
        counters.forEach((name, counter) -> values.put(name, counter.value()));
        return values;
    }

    /** Counts upwards. Written by the task thread only, which is why it needs no atomic add. */
    public static final class Counter {

        private final AtomicLong value = new AtomicLong();

        private Counter() {}

        /** Adds one. */
        public void increment() {
            add(1);
        }

        /**
         * Adds.
         *
         * @param delta what
         */
        public void add(final long delta) {
            value.setRelease(value.getPlain() + delta);
        }

        /**
         * Reads.
         *
         * @return the sum
         */
        public long value() {
            return value.getAcquire();
        }
    }
}
