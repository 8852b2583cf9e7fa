package io.geminid.serial;

/**
 * Turns values of one type into bytes and back. Used for records on a channel and for keys and
 * values in a state store.
 *
 * <p>A serializer is stateless or used by one thread only; whoever creates tasks creates one for
 * each. Those of keys and state must be stateless: a snapshot may be written on another thread. It
 * must read exactly the bytes that it wrote.
 *
 * @param <T> the type of the values; {@code null} is not a value
 */
public interface RecordSerializer<T> {

    /**
     * Appends {@code value} to {@code out}.
     *
     * @param value what to write
     * @param out where to write it; the serializer must not keep it
     */
    void write(T value, RecordOutput out);

    /**
     * Reads one value.
     *
     * @param in the bytes; memory behind it is only valid during the call, so the value must not
     *     refer to it
     * @return the value, equal to the one that was written
     * @throws RecordFormatException if the bytes cannot be a value of this type
     */
    T read(RecordInput in);

    /**
     * The identity that is written beside stored bytes; it names the format and not the class, so
     * that a class may be renamed.
     *
     * @return a short name, for example {@code "utf8"}
     */
    String id();

    /**
     * The version of the format behind {@link #id()}.
     *
     * @return 1 for the first
     */
    default int version() {
        return 1;
    }
}
