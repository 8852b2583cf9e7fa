package io.geminid.state;

/**
 * Which key belongs to which key group, and which subtask owns which group: the unit in which keyed
 * state is snapshotted and moved when parallelism changes. The formulas are those of Flink's key
 * groups; all of them depend on their arguments only, so that every process computes the same.
 *
 * <p>A key is hashed by {@code hashCode()} and then by the finalizer of MurmurHash3 (32 bits). So a
 * key's {@code hashCode()} must be the same in every process and every run: that of boxed numbers,
 * strings, and records and lists of them is; that of arrays, enums and classes without their own is
 * not, and such keys are refused.
 *
 * <p>Stateless, thread-safe.
 */
public final class KeyGroup {

    /** Largest number of key groups: a key group's number is stored in two bytes. */
    public static final int MAX_PARALLELISM_MAX = 1 << 15;

    /** Smallest number that {@link #defaultMaxParallelism} returns. */
    public static final int MAX_PARALLELISM_DEFAULT_MIN = 1 << 7;

    private KeyGroup() {}

    /**
     * The group of a key.
     *
     * @param key the key, see above
     * @param maxParallelism number of key groups, 1 to {@link #MAX_PARALLELISM_MAX}
     * @return 0 to {@code maxParallelism - 1}
     * @throws IllegalArgumentException if the key is of a kind whose hash differs between processes
     */
    public static int of(final Object key, final int maxParallelism) {
        if (key instanceof Enum || key.getClass().isArray()) {
            throw new IllegalArgumentException(
                    "keyClass=" + key.getClass().getName() + " its hash is not stable");
        }
        return (mix(key.hashCode()) >>> 1) % maxParallelism;
    }

    /**
     * The subtask that owns a group.
     *
     * @param keyGroup the group
     * @param maxParallelism number of key groups
     * @param parallelism number of subtasks, at most {@code maxParallelism}
     * @return index of the subtask
     */
    public static int ownerOf(final int keyGroup, final int maxParallelism, final int parallelism) {
        return keyGroup * parallelism / maxParallelism;
    }

    /**
     * Number of key groups for an operator whose author gave none: one and a half times the
     * parallelism, rounded up to a power of two, within the limits.
     *
     * @param parallelism number of subtasks
     * @return a power of two
     */
    public static int defaultMaxParallelism(final int parallelism) {
        final long wanted = parallelism + parallelism / 2L;
        final long rounded = wanted <= 1 ? 1 : Long.highestOneBit(wanted - 1) << 1;
        return (int) Math.min(Math.max(rounded, MAX_PARALLELISM_DEFAULT_MIN), MAX_PARALLELISM_MAX);
    }

    /**
     * Refuses numbers that have no key groups.
     *
     * @param parallelism number of subtasks
     * @param maxParallelism number of key groups
     * @throws IllegalArgumentException unless {@code 1 <= parallelism <= maxParallelism <= 32768}
     */
    public static void check(final int parallelism, final int maxParallelism) {
        if (parallelism < 1
                || maxParallelism < parallelism
                || maxParallelism > MAX_PARALLELISM_MAX) {
            throw new IllegalArgumentException(
                    "parallelism="
                            + parallelism
                            + " maxParallelism="
                            + maxParallelism
                            + " expected 1 <= parallelism <= maxParallelism <= "
                            + MAX_PARALLELISM_MAX);
        }
    }

    /** Finalizer of MurmurHash3_x86_32: every input bit changes every output bit with p = 1/2. */
    private static int mix(final int hash) {
        int h = hash;
        h = (h ^ (h >>> 16)) * 0x85EBCA6B;
        h = (h ^ (h >>> 13)) * 0xC2B2AE35;
        return h ^ (h >>> 16);
    }
}
