package io.geminid.shuffle.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The part of a record that has arrived in a channel, when its rest is in a later segment. One for
 * each channel on which a record has ever spanned; its memory is used again for the next one.
 *
 * <p>Memory grows with what has arrived and not with the length announced, so a length that lies
 * costs nothing. Used by one thread.
 */
final class SpanningRecord {

    /** Bytes of the length in front of a record. */
    static final int LENGTH_BYTES = Integer.BYTES;

    /** More than this is given up once its record was read: long records should be rare. */
    static final int SCRATCH_KEPT_BYTES_MAX = 1 << 20;

    private static final int SCRATCH_BYTES_MIN = 256;

    private int lengthBytes;
    private int recordBytes;
    private int gatheredBytes;
    private ByteBuffer scratch;

    /**
     * @return true if no byte of a record waits
     */
    boolean isEmpty() {
        return lengthBytes == 0;
    }

    /**
     * Takes what is missing of the length.
     *
     * @return one behind the last byte taken
     */
    int gatherLength(final ByteBuffer memory, final int from, final int to) {
        int at = from;
        while (lengthBytes < LENGTH_BYTES && at < to) {
            recordBytes |= (memory.get(at) & 0xFF) << (Byte.SIZE * lengthBytes);
            lengthBytes++;
            at++;
        }
        return at;
    }

    /**
     * @return true if {@link #recordBytes} may be asked
     */
    boolean lengthKnown() {
        return lengthBytes == LENGTH_BYTES;
    }

    /**
     * @return the record's length as it was announced; any int
     */
    int recordBytes() {
        return recordBytes;
    }

    /**
     * @return bytes that are still to come
     */
    int missingBytes() {
        return recordBytes - gatheredBytes;
    }

    /**
     * @return bytes of the record, without its length, that are here
     */
    int gatheredBytes() {
        return gatheredBytes;
    }

    /**
     * Copies bytes of the record.
     *
     * @return one behind the last byte taken
     */
    int gather(final ByteBuffer memory, final int from, final int to) {
        final int count = Math.min(missingBytes(), to - from);
        ensureCapacity(gatheredBytes + count);
        scratch.put(gatheredBytes, memory, from, count);
        gatheredBytes += count;
        return from + count;
    }

    /**
     * @return bytes that are here, those of the length included
     */
    int storedBytes() {
        return lengthBytes + gatheredBytes;
    }

    /** Copies all that is here, as it came. */
    void copyTo(final ByteBuffer target) {
        for (int i = 0; i < lengthBytes; i++) {
            target.put((byte) (recordBytes >>> (Byte.SIZE * i)));
        }
        if (gatheredBytes > 0) {
            target.put(target.position(), scratch, 0, gatheredBytes);
            target.position(target.position() + gatheredBytes);
        }
    }

    /**
     * Makes room for the next record. The memory handed out stays as it is until that one is
     * gathered.
     *
     * @return the memory with the record that was gathered, from 0 on
     */
    ByteBuffer finish() {
        final ByteBuffer gathered = scratch;
        if (gathered != null && gathered.capacity() > SCRATCH_KEPT_BYTES_MAX) {
            scratch = null;
        }
        lengthBytes = 0;
        recordBytes = 0;
        gatheredBytes = 0;
        return gathered;
    }

    private void ensureCapacity(final int neededBytes) {
        final int capacity = scratch == null ? 0 : scratch.capacity();
        if (neededBytes <= capacity && scratch != null) {
            return;
        }
        final long doubled = Math.max(2L * capacity, Math.max(neededBytes, SCRATCH_BYTES_MIN));
        final int grownBytes = (int) Math.min(doubled, Math.max(recordBytes, SCRATCH_BYTES_MIN));
        final ByteBuffer grown =
                ByteBuffer.allocateDirect(grownBytes).order(ByteOrder.LITTLE_ENDIAN);
        if (scratch != null) {
            grown.put(0, scratch, 0, gatheredBytes);
        }
        scratch = grown;
    }
}
