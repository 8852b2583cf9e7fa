package io.geminid.runtime.connector;

/**
 * Where a line is. One object for all lines of a split, moved on by its reader: keep what you need
 * and not the object.
 */
public final class LinePosition {

    private final String path;
    private final int file;
    private long offset;
    private int repetition;

    LinePosition(final String path, final int file) {
        this.path = path;
        this.file = file;
    }

    void moveTo(final long newOffset, final int newRepetition) {
        offset = newOffset;
        repetition = newRepetition;
    }

    /**
     * @return path of the file
     */
    public String path() {
        return path;
    }

    /**
     * @return index of the file in the source's list
     */
    public int file() {
        return file;
    }

    /**
     * @return first byte of the line in the file. Readers of byte ranges do not know line numbers;
     *     they can be counted when one is needed
     */
    public long offset() {
        return offset;
    }

    /**
     * @return how often the file was read before
     */
    public int repetition() {
        return repetition;
    }

    @Override
    public String toString() {
        return "file=" + path + " offset=" + offset;
    }
}
