package io.geminid.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The size of a pool as a sum with a line per holder, so that a user sees what the memory is for
 * and which key changes it. Made and read by one thread.
 */
public final class PoolSizing {
    private record Line(String holder, int count, String reason, String key) {}

    private final List<Line> lines = new ArrayList<>();
    private long total;

    /** Makes an empty sum. */
    public PoolSizing() {}

    /**
     * Adds a line.
     *
     * @param holder who holds the segments
     * @param count segments, 0 or more
     * @param reason why so many, such as {@code 8 channels x 2}
     * @param key the property that changes the number
     * @return this
     */
    public PoolSizing add(
            final String holder, final int count, final String reason, final String key) {
        if (count < 0) {
            throw new IllegalArgumentException("holder=" + holder + " count=" + count);
        }
        lines.add(
                new Line(
                        Objects.requireNonNull(holder, "holder"),
                        count,
                        Objects.requireNonNull(reason, "reason"),
                        Objects.requireNonNull(key, "key")));
        total += count;
        return this;
    }

    /**
     * Adds a line for what several share, unless it is there.
     *
     * @param holder who holds the segments; of all calls with the same one, the first counts
     * @param count see {@link #add}
     * @param reason see {@link #add}
     * @param key see {@link #add}
     * @return this
     */
    public PoolSizing addOnce(
            final String holder, final int count, final String reason, final String key) {
        return lines.stream().anyMatch(line -> line.holder.equals(holder))
                ? this
                : add(holder, count, reason, key);
    }

    /**
     * The sum.
     *
     * @return segments
     */
    public long total() {
        return total;
    }

    /**
     * Refuses a pool that is smaller than the sum, before anything starts.
     *
     * @param context sizes of the pool
     * @throws TooFewSegmentsException the message prints the sum, and the key to change with the
     *     smallest value that would do
     */
    public void requireFits(final SegmentPoolContext context) {
        if (total > context.capacity()) {
            throw new TooFewSegmentsException(
                    "segments needed="
                            + total
                            + " capacity="
                            + context.capacity()
                            + " segmentBytes="
                            + context.segmentBytes(),
                    context,
                    total,
                    ", or lower a key of this sum:\n" + this);
        }
    }

    /** The sum as an aligned table, one line per holder and the total. */
    @Override
    public String toString() {
        int holderWidth = "holder".length();
        int countWidth = Math.max("segments".length(), Long.toString(total).length());
        int reasonWidth = "reason".length();
        for (final Line line : lines) {
            holderWidth = Math.max(holderWidth, line.holder.length());
            reasonWidth = Math.max(reasonWidth, line.reason.length());
        }
        final String format =
                "%-" + holderWidth + "s  %" + countWidth + "s  %-" + reasonWidth + "s  %s";
        final StringBuilder table = new StringBuilder();
        append(table, format, "holder", "segments", "reason", "key");
        lines.forEach(
                line -> append(table, format, line.holder, line.count, line.reason, line.key));
        append(table, format, "total", total, "", "");
        return table.toString().stripTrailing();
    }

    private static void append(
            final StringBuilder table, final String format, final Object... cells) {
        table.append(String.format(format, cells).stripTrailing()).append('\n');
    }
}
