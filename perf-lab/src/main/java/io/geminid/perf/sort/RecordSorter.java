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
 * Sorts the records of one range in segments. For each record there are eight bytes of its key and
 * its place in arrays; what moves while sorting is an int.
 *
 * <p>One thread. Holds its segments until it is closed, and uses them again for the next range.
 */
final class RecordSorter implements AutoCloseable {

    private static final SegmentOwner OWNER = SegmentOwner.named("sort-range");

    /** Instead of a place in the keys: they differ in nothing but their lengths. */
    private static final int LENGTHS = Integer.MAX_VALUE;

    /** Instead of a place in the keys: they are the same. */
    private static final int DONE = -1;

    private final LocalSegmentPool pool;
    private final RecordFormat format;
    private final int segmentBytes;
    private final List<Segment> segments = new ArrayList<>();
    private final List<ByteBuffer> memory = new ArrayList<>();
    private long[] words = new long[1 << 16];
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
            words = Arrays.copyOf(words, 2 * count);
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
        words[count] = word(place + Integer.BYTES, 0, format.keyBytes(length));
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

    void sort() {
        if (order.length < count) {
            order = new int[places.length];
        }
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        sort(0, count - 1, 0);
    }

    /**
     * Quicksort in three parts by eight bytes of the keys; where those are equal, by the next
     * eight. What is looked at is beside the records, not in them. The largest part is next, so
     * that recursion is never deep.
     */
    private void sort(final int from, final int to, final int keyAt) {
        int low = from;
        int high = to;
        int at = keyAt;
        while (low < high) {
            final long bounds = divide(low, high);
            final int less = (int) (bounds >>> Integer.SIZE);
            final int greater = (int) bounds;
            final int next = less == greater ? DONE : load(less, greater, at);
            final int equal = next == DONE ? 0 : greater - less + 1;
            if (equal > Math.max(less - low, high - greater)) {
                sort(low, less - 1, at);
                sort(greater + 1, high, at);
                low = less;
                high = greater;
                at = next;
                continue;
            }
            if (equal > 0) {
                sort(less, greater, next);
            }
            if (less - low < high - greater) {
                sort(low, less - 1, at);
                low = greater + 1;
            } else {
                sort(greater + 1, high, at);
                high = less - 1;
            }
        }
    }

    /** Puts what is equal to a pivot between what is less and greater; its first and last place. */
    private long divide(final int low, final int high) {
        final long pivot = middle(low, high);
        int less = low;
        int greater = high;
        int at = low;
        while (at <= greater) {
            final long word = words[order[at]];
            if (word < pivot) {
                swap(less++, at++);
            } else if (word > pivot) {
                swap(at, greater--);
            } else {
                at++;
            }
        }
        return (long) less << Integer.SIZE | greater;
    }

    private long middle(final int low, final int high) {
        final long a = words[order[low]];
        final long b = words[order[low + high >>> 1]];
        final long c = words[order[high]];
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }

    private void swap(final int one, final int other) {
        final int kept = order[one];
        order[one] = order[other];
        order[other] = kept;
    }

    /**
     * Loads what records differ in whose keys are equal so far: the next eight bytes, or the length
     * once all keys are over.
     *
     * @param keyAt where what is equal begins
     * @return where what was loaded begins; {@link #DONE} if the keys are the same
     */
    private int load(final int from, final int to, final int keyAt) {
        for (int at = keyAt; at != LENGTHS; ) {
            at += Long.BYTES;
            boolean over = true;
            boolean same = true;
            for (int i = from; i <= to; i++) {
                final int record = order[i];
                final int keyBytes = format.keyBytes(lengthOf(record));
                over &= keyBytes <= at;
                words[record] = word(places[record] + Integer.BYTES, at, keyBytes);
                same &= words[record] == words[order[from]];
            }
            if (over) {
                return loadLengths(from, to);
            }
            if (!same) {
                return at;
            }
        }
        return DONE;
    }

    private int loadLengths(final int from, final int to) {
        boolean same = true;
        for (int i = from; i <= to; i++) {
            final int record = order[i];
            words[record] = format.keyBytes(lengthOf(record));
            same &= words[record] == words[order[from]];
        }
        return same ? DONE : LENGTHS;
    }

    /** Big-endian and with the sign turned, so that comparing longs compares bytes. */
    private long word(final long key, final int at, final int keyBytes) {
        final int within = (int) ((key + at) % segmentBytes);
        if (keyBytes - at >= Long.BYTES && within <= segmentBytes - Long.BYTES) {
            final ByteBuffer segment = memory.get((int) ((key + at) / segmentBytes));
            // Segments are little-endian.
            return Long.reverseBytes(segment.getLong(within)) ^ Long.MIN_VALUE;
        }
        long word = 0;
        for (int i = at; i < at + Long.BYTES; i++) {
            word = word << Byte.SIZE | (i < keyBytes ? byteAt(key + i) & 0xFF : 0);
        }
        return word ^ Long.MIN_VALUE;
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
