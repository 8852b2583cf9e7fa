package io.geminid.state;

/**
 * A contiguous range of key groups; what a subtask owns.
 *
 * @param first the first group
 * @param last the last group, inclusive; {@code first - 1} makes an empty range
 */
public record KeyGroupRange(int first, int last) {

    /** Checks the bounds. */
    public KeyGroupRange {
        if (first < 0 || last < first - 1) {
            throw new IllegalArgumentException("first=" + first + " last=" + last);
        }
    }

    /**
     * The range of a subtask. The ranges of all subtasks together hold each group once, and their
     * sizes differ by at most one.
     *
     * @param maxParallelism number of key groups
     * @param parallelism number of subtasks
     * @param subtask index of the subtask
     * @return never empty
     */
    public static KeyGroupRange of(
            final int maxParallelism, final int parallelism, final int subtask) {
        KeyGroup.check(parallelism, maxParallelism);
        if (subtask < 0 || subtask >= parallelism) {
            throw new IllegalArgumentException(
                    "subtask=" + subtask + " parallelism=" + parallelism);
        }
        final int first = (subtask * maxParallelism + parallelism - 1) / parallelism;
        final int last = ((subtask + 1) * maxParallelism - 1) / parallelism;
        return new KeyGroupRange(first, last);
    }

    /**
     * Number of groups.
     *
     * @return 0 or more
     */
    public int size() {
        return last - first + 1;
    }

    /**
     * Membership.
     *
     * @param keyGroup a group
     * @return true if it lies within
     */
    public boolean contains(final int keyGroup) {
        return first <= keyGroup && keyGroup <= last;
    }
}
