package io.geminid.runtime.task;

import io.geminid.runtime.operator.context.OperatorMetrics;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counters of a task. Written by the task's thread at the end of each step, read by any thread; the
 * values are each right but not all of one instant.
 */
public final class TaskMetrics {

    /** The counters that every task has. */
    public enum Counter {
        /** Records taken from inputs; of a source, records that it has read. */
        RECORDS_IN("recordsIn"),
        /** Records written to outputs; one to several subpartitions counts once for each. */
        RECORDS_OUT("recordsOut"),
        /** Bytes of records taken from inputs. */
        BYTES_IN("bytesIn"),
        /** Bytes of records written to outputs. */
        BYTES_OUT("bytesOut"),
        /**
         * Bytes in flight that were put into files of checkpoints, also of those given up later;
         * all bytes that were logged, if what is sent is logged all the time.
         */
        CHANNEL_BYTES_KEPT("channelBytesKept"),
        /** Bytes in flight of the checkpoint that the task began with, read so far. */
        CHANNEL_BYTES_GIVEN_BACK("channelBytesGivenBack"),
        /** Time in which the thread had work. */
        BUSY_NS("busyNs"),
        /** Time in which there was no output to write to. */
        BACK_PRESSURED_NS("backPressuredNs"),
        /** Time in which there was no input. */
        IDLE_NS("idleNs");

        private final String text;

        Counter(final String text) {
            this.text = text;
        }

        /**
         * @return its name in reports
         */
        public String text() {
            return text;
        }
    }

    private final AtomicLongArray values = new AtomicLongArray(Counter.values().length);
    private final Map<String, OperatorMetrics> operators = new ConcurrentSkipListMap<>();

    /** Makes counters at 0. */
    public TaskMetrics() {}

    /**
     * Sets a counter. The task's thread only.
     *
     * @param counter which
     * @param value not less than before
     */
    void set(final Counter counter, final long value) {
        values.setRelease(counter.ordinal(), value);
    }

    /**
     * Adds to a counter. The task's thread only.
     *
     * @param counter which
     * @param delta how much
     */
    void add(final Counter counter, final long delta) {
        final int index = counter.ordinal();
        values.setRelease(index, values.getPlain(index) + delta);
    }

    /**
     * Counters of an operator of the task, made at the first call.
     *
     * @param name of the operator
     * @return the same for the same name
     */
    OperatorMetrics operator(final String name) {
        return operators.computeIfAbsent(name, key -> new OperatorMetrics());
    }

    /** Counters of all operators, by name. */
    Map<String, OperatorMetrics> operators() {
        return operators;
    }

    /**
     * Reads a counter. Any thread.
     *
     * @param counter which
     * @return its value
     */
    public long value(final Counter counter) {
        return values.getAcquire(counter.ordinal());
    }

    /**
     * Reads all, those of operators as {@code "operator.counter"}. Any thread.
     *
     * @return value by name
     */
    public Map<String, Long> values() {
        final Map<String, Long> all = new TreeMap<>();
        for (final Counter counter : Counter.values()) {
            all.put(counter.text, value(counter));
        }
        operators.forEach(
                (name, metrics) ->
                        metrics.values()
                                .forEach((counter, value) -> all.put(name + "." + counter, value)));
        return all;
    }
}
