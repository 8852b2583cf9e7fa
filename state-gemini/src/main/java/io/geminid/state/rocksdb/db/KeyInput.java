package io.geminid.state.rocksdb.db;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordSerializer;
import java.nio.ByteBuffer;

/** Reads the keys of entries, part by part, as {@link KeyBytes} writes them. Task thread only. */
public final class KeyInput {

    private final RecordInput in = new RecordInput();
    private final int groupBytes;
    private ByteBuffer bytes;
    private int position;

    /**
     * Makes one.
     *
     * @param maxParallelism number of key groups
     */
    public KeyInput(final int maxParallelism) {
        groupBytes = KeyBytes.groupBytes(maxParallelism);
    }

    /**
     * Points behind the key group of a key.
     *
     * @param key whole, from 0 to its limit
     * @return this
     */
    public KeyInput wrap(final ByteBuffer key) {
        bytes = key;
        position = groupBytes;
        return this;
    }

    /**
     * The key group.
     *
     * @return which
     */
    public int group() {
        final int first = bytes.get(0) & 0xFF;
        return groupBytes == Short.BYTES ? first << Byte.SIZE | bytes.get(1) & 0xFF : first;
    }

    /**
     * Reads a time.
     *
     * @return milliseconds
     */
    public long time() {
        final long millis = Long.reverseBytes(bytes.getLong(position)) ^ Long.MIN_VALUE;
        position += Long.BYTES;
        return millis;
    }

    /**
     * Reads a part.
     *
     * @param serializer of the value
     * @param <T> type of the value
     * @return the value
     */
    public <T> T part(final RecordSerializer<T> serializer) {
        final int from = partFrom();
        position = from + partBytes();
        return serializer.read(in.wrap(bytes, from, position));
    }

    /**
     * Passes over a part.
     *
     * @return this
     */
    public KeyInput skipPart() {
        position = partFrom() + partBytes();
        return this;
    }

    /**
     * Reads the last part.
     *
     * @param serializer of the value
     * @param <T> type of the value
     * @return the value
     */
    public <T> T last(final RecordSerializer<T> serializer) {
        return serializer.read(in.wrap(bytes, position, bytes.limit()));
    }

    /**
     * How much has been read.
     *
     * @return offset in the key
     */
    public int position() {
        return position;
    }

    private boolean isLong() {
        return (bytes.get(position) & 0xFF) == KeyBytes.LONG_LENGTH;
    }

    private int partFrom() {
        return position + (isLong() ? 1 + Integer.BYTES : 1);
    }

    private int partBytes() {
        return isLong()
                ? Integer.reverseBytes(bytes.getInt(position + 1))
                : bytes.get(position) & 0xFF;
    }
}
