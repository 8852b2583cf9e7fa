package io.geminid.perf.sort;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.serial.RecordInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sorts the records of one range in segments. For each record there are its first eight bytes and
 * its place in arrays; what moves while sorting is an int.
 *
 * <p>One thread. Holds its segments until it is closed, and uses them again for the next range.
 */
final class RecordSorter implements AutoCloseable {

    private static final SegmentOwner OWNER = SegmentOwner.named("sort-range");

    private final LocalSegmentPool pool;
    private final RecordFormat format;
    private final List<Segment> segments = new ArrayList<>();
    private final List<ByteBuffer> memory = new ArrayList<>();
    private long[] prefixes = new long[1 << 16];
    private long[] places = new long[1 << 16];
    private int[] order = new int[0];
    private int count;
    private int segment;
    private int position;

    /** The pool is now the sorter's, which closes it. */
    RecordSorter(final LocalSegmentPool pool, final RecordFormat format) {
        this.pool = pool;
        this.format = format;
    }

    void clear() {
        count = 0;
        segment = 0;
        position = 0;
    }

    int count() {
        return count;
    }

    /** Copies a record. */
    void add(final RecordInput record) throws IOException {
        final int length = record.remaining();
        final int needed = Integer.BYTES + length;
        ByteBuffer to = segment < memory.size() ? memory.get(segment) : grow();
        if (position + needed > to.capacity()) {
            if (needed > to.capacity()) {
                throw new IOException(
                        "recordBytes="
                                + length
                                + " does not fit a segment: raise geminid.memory.segment-bytes="
                                + to.capacity());
            }
            segment++;
            position = 0;
            to = segment < memory.size() ? memory.get(segment) : grow();
        }
        if (count == places.length) {
            prefixes = Arrays.copyOf(prefixes, 2 * count);
            places = Arrays.copyOf(places, 2 * count);
        }
        final int at = position;
        to.putInt(at, length);
        to.put(at + Integer.BYTES, record.buffer(), record.position(), length);
        prefixes[count] = prefix(to, at + Integer.BYTES, format.keyBytes(length));
        places[count] = (long) segment << Integer.SIZE | at;
        count++;
        position = at + needed;
    }

    private ByteBuffer grow() throws IOException {
        final Segment taken = pool.poll(OWNER);
        if (taken == null) {
            throw new IOException(
                    "range is larger than the memory it is sorted in: records="
                            + count
                            + " "
                            + pool
                            + "; raise --memory or --ranges");
        }
        segments.add(taken);
        memory.add(taken.buffer());
        return taken.buffer();
    }

    /** Big-endian and with the sign turned, so that comparing longs compares bytes. */
    private static long prefix(final ByteBuffer from, final int at, final int keyBytes) {
        long prefix = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            prefix = prefix << Byte.SIZE | (i < keyBytes ? from.get(at + i) & 0xFF : 0);
        }
        return prefix ^ Long.MIN_VALUE;
    }

    void sort() {
        if (order.length < count) {
            order = new int[places.length];
        }
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        sort(0, count - 1);
    }

    /** Quicksort in three parts: equal keys are done at once, and the smaller side goes first. */
    private void sort(final int from, final int to) {
        int low = from;
        int high = to;
        while (low < high) {
            final int pivot = order[middle(low, high)];
            int less = low;
            int greater = high;
            int at = low;
            while (at <= greater) {
                final int compared = compare(order[at], pivot);
                if (compared < 0) {
                    swap(less++, at++);
                } else if (compared > 0) {
                    swap(at, greater--);
                } else {
                    at++;
                }
            }
            if (less - low < high - greater) {
                sort(low, less - 1);
                low = greater + 1;
            } else {
                sort(greater + 1, high);
                high = less - 1;
            }
        }
    }

    private int middle(final int low, final int high) {
        final int middle = low + high >>> 1;
        final int a = order[low];
        final int b = order[middle];
        final int c = order[high];
        if (compare(a, b) < 0) {
            return compare(b, c) < 0 ? middle : compare(a, c) < 0 ? high : low;
        }
        return compare(a, c) < 0 ? low : compare(b, c) < 0 ? high : middle;
    }

    private void swap(final int one, final int other) {
        final int kept = order[one];
        order[one] = order[other];
        order[other] = kept;
    }

    private int compare(final int one, final int other) {
        final int byPrefix = Long.compare(prefixes[one], prefixes[other]);
        if (byPrefix != 0 || one == other) {
            return byPrefix;
        }
        final ByteBuffer left = memoryOf(one);
        final ByteBuffer right = memoryOf(other);
        final int leftAt = (int) places[one];
        final int rightAt = (int) places[other];
        final int leftKey = format.keyBytes(left.getInt(leftAt));
        final int rightKey = format.keyBytes(right.getInt(rightAt));
        for (int i = 0; i < Math.min(leftKey, rightKey); i++) {
            final int compared =
                    Byte.compareUnsigned(
                            left.get(leftAt + Integer.BYTES + i),
                            right.get(rightAt + Integer.BYTES + i));
            if (compared != 0) {
                return compared;
            }
        }
        return Integer.compare(leftKey, rightKey);
    }

    private ByteBuffer memoryOf(final int record) {
        return memory.get((int) (places[record] >>> Integer.SIZE));
    }

    /** Length of a record in sorted order. */
    int length(final int sorted) {
        return memoryOf(order[sorted]).getInt((int) places[order[sorted]]);
    }

    /** Copies a record in sorted order to the buffer's position. */
    void copy(final int sorted, final ByteBuffer to) {
        final int record = order[sorted];
        final ByteBuffer from = memoryOf(record);
        final int at = (int) places[record];
        final int length = from.getInt(at);
        to.put(to.position(), from, at + Integer.BYTES, length);
        to.position(to.position() + length);
    }

    @Override
    public void close() {
        segments.forEach(Segment::close);
        segments.clear();
        pool.close();
    }
}
