package io.geminid.runtime.graph.stream;

import java.util.function.LongBinaryOperator;

/**
 * What a subtask needs, or what a worker has (RT-16). Profiles are compared part by part, so two of
 * them may be incomparable.
 *
 * @param cpuMillis thousandths of a processor
 * @param heapBytes bytes of the tasks' objects
 * @param offHeapBytes bytes that tasks take elsewhere
 * @param managedBytes bytes of state stores
 * @param networkBytes bytes of segments
 */
public record ResourceProfile(
        long cpuMillis, long heapBytes, long offHeapBytes, long managedBytes, long networkBytes) {

    /** Nothing was said. */
    public static final ResourceProfile UNSPECIFIED = new ResourceProfile(0, 0, 0, 0, 0);

    /** More than anybody needs. */
    public static final ResourceProfile UNLIMITED =
            new ResourceProfile(
                    Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    /** Checks that nothing is negative. */
    public ResourceProfile {
        if ((cpuMillis | heapBytes | offHeapBytes | managedBytes | networkBytes) < 0) {
            throw new IllegalArgumentException(
                    "cpuMillis="
                            + cpuMillis
                            + " heapBytes="
                            + heapBytes
                            + " offHeapBytes="
                            + offHeapBytes
                            + " managedBytes="
                            + managedBytes
                            + " networkBytes="
                            + networkBytes);
        }
    }

    /**
     * @return whether nothing was said
     */
    public boolean isUnspecified() {
        return equals(UNSPECIFIED);
    }

    /**
     * Whether this is enough for another in every part.
     *
     * @param need the other
     * @return true if {@link #minus} can be computed
     */
    public boolean covers(final ResourceProfile need) {
        return need.cpuMillis <= cpuMillis
                && need.heapBytes <= heapBytes
                && need.offHeapBytes <= offHeapBytes
                && need.managedBytes <= managedBytes
                && need.networkBytes <= networkBytes;
    }

    /**
     * Both together.
     *
     * @param other the other
     * @return the sum, part by part; what is unlimited stays so
     */
    public ResourceProfile plus(final ResourceProfile other) {
        return with(
                other,
                (a, b) ->
                        a == Long.MAX_VALUE || b == Long.MAX_VALUE
                                ? Long.MAX_VALUE
                                : Math.addExact(a, b));
    }

    /**
     * What is left.
     *
     * @param other a part of this
     * @return the difference, part by part; what is unlimited stays so
     * @throws IllegalArgumentException if this does not cover it
     */
    public ResourceProfile minus(final ResourceProfile other) {
        return with(other, (a, b) -> a == Long.MAX_VALUE ? a : a - b);
    }

    /**
     * An even share.
     *
     * @param shares how many
     * @return this, divided, rounded down; what is unlimited stays so
     */
    public ResourceProfile share(final int shares) {
        return with(this, (a, b) -> a == Long.MAX_VALUE ? a : a / shares);
    }

    private ResourceProfile with(final ResourceProfile other, final LongBinaryOperator each) {
        return new ResourceProfile(
                each.applyAsLong(cpuMillis, other.cpuMillis),
                each.applyAsLong(heapBytes, other.heapBytes),
                each.applyAsLong(offHeapBytes, other.offHeapBytes),
                each.applyAsLong(managedBytes, other.managedBytes),
                each.applyAsLong(networkBytes, other.networkBytes));
    }
}
