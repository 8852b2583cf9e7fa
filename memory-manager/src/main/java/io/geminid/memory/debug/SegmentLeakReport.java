package io.geminid.memory.debug;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The segments on loan at one moment. Immutable.
 *
 * @param byOwner segments held, by name of the owner
 * @param byLocalPool segments held, by name of the local pool they were taken from
 * @param takenAt the stacks that took them, at most {@link #STACKS_MAX}; empty below level {@link
 *     DebugLevel#STACKS}
 */
public record SegmentLeakReport(
        SortedMap<String, Integer> byOwner,
        SortedMap<String, Integer> byLocalPool,
        List<Throwable> takenAt) {
    /** Stacks kept in a report: enough to see a pattern, few enough to read. */
    public static final int STACKS_MAX = 32;

    /** Keeps copies. */
    public SegmentLeakReport {
        byOwner = Collections.unmodifiableSortedMap(new TreeMap<>(byOwner));
        byLocalPool = Collections.unmodifiableSortedMap(new TreeMap<>(byLocalPool));
        takenAt = List.copyOf(takenAt);
    }

    /**
     * How many segments are held.
     *
     * @return 0 or more
     */
    public int held() {
        return byOwner.values().stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * One line, for messages.
     *
     * @return such as {@code segments still held: {input-exclusive=1} local pools: {gate-0=1}}
     */
    @Override
    public String toString() {
        return "segments still held: " + byOwner + " local pools: " + byLocalPool;
    }
}
