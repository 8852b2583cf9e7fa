import org.apache.flink.api.common.accumulators.Accumulator;

/** Counts of times in buckets that are 1/32 of their value wide. */
public final class Latencies implements Accumulator<Long, long[]> {

    private static final long serialVersionUID = 1L;
    private static final int SUB_BITS = 5;
    private static final int BUCKETS = (Long.SIZE - SUB_BITS) << SUB_BITS;

    private long[] counts = new long[BUCKETS];

    @Override
    public void add(final Long nanos) {
        final long value = Math.max(nanos, 1L << SUB_BITS);
        final int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
        final int sub = (int) (value >>> exponent - SUB_BITS) & (1 << SUB_BITS) - 1;
        counts[exponent - SUB_BITS << SUB_BITS | sub]++;
    }

    /** The time in microseconds that so many of all do not exceed; 0 if there are none. */
    static double quantile(final long[] counts, final double share) {
        long total = 0;
        for (final long each : counts) {
            total += each;
        }
        long left = (long) Math.ceil(total * share);
        for (int i = 0; i < counts.length && total > 0; i++) {
            left -= counts[i];
            if (left <= 0) {
                final int exponent = (i >> SUB_BITS) + SUB_BITS;
                final long sub = (i & (1 << SUB_BITS) - 1) + 1;
                return ((1L << exponent) + (sub << exponent - SUB_BITS)) / 1e3;
            }
        }
        return 0;
    }

    @Override
    public long[] getLocalValue() {
        return counts;
    }

    @Override
    public void resetLocal() {
        counts = new long[BUCKETS];
    }

    @Override
    public void merge(final Accumulator<Long, long[]> other) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] += other.getLocalValue()[i];
        }
    }

    @Override
    public Latencies clone() {
        final Latencies copy = new Latencies();
        copy.merge(this);
        return copy;
    }
}
