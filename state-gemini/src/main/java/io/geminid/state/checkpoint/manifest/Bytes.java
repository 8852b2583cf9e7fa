package io.geminid.state.checkpoint.manifest;

import java.util.Arrays;
import java.util.HexFormat;

/** A few immutable bytes with an equality. */
public final class Bytes {
    /** None. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private static final int SHOWN_MAX = 16;

    private final byte[] value;

    private Bytes(final byte[] value) {
        this.value = value;
    }

    /**
     * Copies bytes.
     *
     * @param value the bytes
     * @return equal to every other copy of them
     */
    public static Bytes copyOf(final byte[] value) {
        return value.length == 0 ? EMPTY : new Bytes(value.clone());
    }

    /**
     * How many.
     *
     * @return 0 or more
     */
    public int length() {
        return value.length;
    }

    /**
     * The bytes.
     *
     * @return a copy
     */
    public byte[] toArray() {
        return value.clone();
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof Bytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        final String shown = HexFormat.of().formatHex(value, 0, Math.min(SHOWN_MAX, value.length));
        return value.length > SHOWN_MAX ? shown + "..length=" + value.length : shown;
    }
}
