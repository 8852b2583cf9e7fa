package io.geminid.state.kind;

/**
 * One {@code long}. Like a {@link ValueState} of {@code Long}, for counters and positions: no call
 * needs an object.
 */
public interface LongState extends State {

    /**
     * Whether there is a value.
     *
     * @return false before the first update and after {@link #clear()}
     */
    boolean isPresent();

    /**
     * Reads.
     *
     * @param absent what to return if there is no value
     * @return the value, or {@code absent}
     */
    long getOrDefault(long absent);

    /**
     * Writes.
     *
     * @param value the new value
     */
    void update(long value);

    /**
     * Adds to the value, which counts as 0 if there is none. Wraps around on overflow.
     *
     * @param delta what to add
     * @return the new value
     */
    default long add(final long delta) {
        final long sum = getOrDefault(0) + delta;
        update(sum);
        return sum;
    }
}
