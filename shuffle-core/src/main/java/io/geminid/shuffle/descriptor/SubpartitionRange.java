package io.geminid.shuffle.descriptor;

/**
 * Neighbouring subpartitions, read by one reader.
 *
 * @param first the first of them
 * @param last the last of them
 */
public record SubpartitionRange(int first, int last) {

    /** Checks the order. */
    public SubpartitionRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("subpartitions=" + first + ".." + last);
        }
    }

    /**
     * How many there are.
     *
     * @return one or more
     */
    public int count() {
        return last - first + 1;
    }

    /**
     * One subpartition.
     *
     * @param subpartition which
     * @return from it to it
     */
    public static SubpartitionRange of(final int subpartition) {
        return new SubpartitionRange(subpartition, subpartition);
    }

    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + ".." + last;
    }
}
