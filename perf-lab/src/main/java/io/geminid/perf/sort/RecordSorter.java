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
    private final int segmentBytes;
    private final List<Segment> segments = new ArrayList<>();
    private final List<ByteBuffer> memory = new ArrayList<>();
    private long[] prefixes = new long[1 << 16];
    private long[] places = new long[1 << 16];
    private int[] order = new int[0];
    private int count;

    /** Where the next record goes, counted over all segments. */
    private long end;

    /** The pool is now the sorter's, which closes it. */
    RecordSorter(final LocalSegmentPool pool, final RecordFormat format, final int segmentBytes) {
        this.pool = pool;
        this.format = format;
        this.segmentBytes = segmentBytes;
    }

    void clear() {
        count = 0;
        end = 0;
    }

    int count() {
        return count;
    }

    /** Copies a record, which may go on in as many segments as it needs. */
    void add(final RecordInput record) throws IOException {
        final int length = record.remaining();
        if (segmentBytes - (int) (end % segmentBytes) < Integer.BYTES) {
            end += segmentBytes - end % segmentBytes; // a length is never divided
        }
        if (count == places.length) {
            prefixes = Arrays.copyOf(prefixes, 2 * count);
            places = Arrays.copyOf(places, 2 * count);
        }
        final long place = end;
        memoryFor(place).putInt((int) (place % segmentBytes), length);
        long at = place + Integer.BYTES;
        int done = 0;
        while (done < length) {
            final int within = (int) (at % segmentBytes);
            final int bytes = Math.min(length - done, segmentBytes - within);
            memoryFor(at).put(within, record.buffer(), record.position() + done, bytes);
            at += bytes;
            done += bytes;
        }
        prefixes[count] = prefix(place + Integer.BYTES, format.keyBytes(length));
        places[count] = place;
        count++;
        end = at;
    }

    private ByteBuffer memoryFor(final long place) throws IOException {
        final int segment = (int) (place / segmentBytes);
        return segment < memory.size() ? memory.get(segment) : grow();
    }

    private byte byteAt(final long place) {
        return memory.get((int) (place / segmentBytes)).get((int) (place % segmentBytes));
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
    private long prefix(final long at, final int keyBytes) {
        long prefix = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            prefix = prefix << Byte.SIZE | (i < keyBytes ? byteAt(at + i) & 0xFF : 0);
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
        final int oneKey = format.keyBytes(lengthOf(one));
        final int otherKey = format.keyBytes(lengthOf(other));
        final int both = Math.min(oneKey, otherKey);
        long oneAt = places[one] + Integer.BYTES;
        long otherAt = places[other] + Integer.BYTES;
        int done = 0;
        while (done < both) {
            final int oneWithin = (int) (oneAt % segmentBytes);
            final int otherWithin = (int) (otherAt % segmentBytes);
            final int bytes =
                    Math.min(both - done, segmentBytes - Math.max(oneWithin, otherWithin));
            final int compared =
                    compareBytes(
                            memory.get((int) (oneAt / segmentBytes)),
                            oneWithin,
                            memory.get((int) (otherAt / segmentBytes)),
                            otherWithin,
                            bytes);
            if (compared != 0) {
                return compared;
            }
            done += bytes;
            oneAt += bytes;
            otherAt += bytes;
        }
        return Integer.compare(oneKey, otherKey);
    }

    private static int compareBytes(
            final ByteBuffer one,
            final int oneAt,
            final ByteBuffer other,
            final int otherAt,
            final int bytes) {
        int i = 0;
        for (; i <= bytes - Long.BYTES; i += Long.BYTES) {
            final long left = one.getLong(oneAt + i);
            final long right = other.getLong(otherAt + i);
            if (left != right) {
                // Segments are little-endian: the first byte is the lowest one.
                return Long.compareUnsigned(Long.reverseBytes(left), Long.reverseBytes(right));
            }
        }
        for (; i < bytes; i++) {
            final byte left = one.get(oneAt + i);
            final byte right = other.get(otherAt + i);
            if (left != right) {
                return Byte.compareUnsigned(left, right);
            }
        }
        return 0;
    }

    private int lengthOf(final int record) {
        final long place = places[record];
        return memory.get((int) (place / segmentBytes)).getInt((int) (place % segmentBytes));
    }

    /** Length of a record in sorted order. */
    int length(final int sorted) {
        return lengthOf(order[sorted]);
    }

    /**
     * Copies a part of a record in sorted order to the buffer's position.
     *
     * @return where the next part begins; the record's length at its end
     */
    int copy(final int sorted, final int from, final ByteBuffer to) {
        final int record = order[sorted];
        final int length = lengthOf(record);
        int done = from;
        while (done < length && to.hasRemaining()) {
            final long at = places[record] + Integer.BYTES + done;
            final int within = (int) (at % segmentBytes);
            final int bytes =
                    Math.min(Math.min(length - done, segmentBytes - within), to.remaining());
            to.put(to.position(), memory.get((int) (at / segmentBytes)), within, bytes);
            to.position(to.position() + bytes);
            done += bytes;
        }
        return done;
    }

    @Override
    public void close() {
        segments.forEach(Segment::close);
        segments.clear();
        pool.close();
    }
}
