package io.geminid.state.gemini.table;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes on their way into a cell; used again and again. Task thread only. */
public final class Bytes {

    /** Memory of length 0, to point cursors at. */
    public static final ByteBuffer NONE = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);

    private final RecordOutput out = new RecordOutput();

    /** Makes an empty one. */
    public Bytes() {
        out.beginInScratch();
    }

    /**
     * Starts anew.
     *
     * @return where to write
     */
    public RecordOutput begin() {
        out.beginInScratch();
        return out;
    }

    /**
     * Goes on.
     *
     * @return where to write what follows
     */
    public RecordOutput out() {
        return out;
    }

    /**
     * @return bytes written since {@link #begin}
     */
    public int length() {
        return out.length();
    }

    /**
     * Appends what is left of an input, without reading it.
     *
     * @param in stays where it is
     */
    public void add(final RecordInput in) {
        out.putBytes(in.buffer(), in.position(), in.remaining());
    }

    /**
     * Writes all of it elsewhere.
     *
     * @param target where to
     */
    public void appendTo(final RecordOutput target) {
        target.putBytes(out.scratch(), 0, out.length());
    }

    /**
     * Writes all of it elsewhere.
     *
     * @param target where to
     * @param at index of the first byte
     */
    public void copyTo(final ByteBuffer target, final int at) {
        target.put(at, out.scratch(), 0, out.length());
    }

    /**
     * Whether an input begins with these bytes.
     *
     * @param in stays where it is
     * @return true if so
     */
    public boolean isAtBeginOf(final RecordInput in) {
        if (in.remaining() < length()) {
            return false;
        }
        final ByteBuffer mine = out.scratch();
        for (int i = 0; i < length(); i++) {
            if (mine.get(i) != in.buffer().get(in.position() + i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * @return the bytes, from index 0; valid until they change
     */
    public ByteBuffer memory() {
        return out.scratch();
    }
}
