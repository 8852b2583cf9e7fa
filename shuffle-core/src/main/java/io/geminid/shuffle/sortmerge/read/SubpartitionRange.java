package io.geminid.shuffle.sortmerge.read;

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
     * One subpartition.
     *
     * @param subpartition which
     * @return from it to it
     */
    public static SubpartitionRange of(final int subpartition) {
        return new SubpartitionRange(subpartition, subpartition);
    }
}
