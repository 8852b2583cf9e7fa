package io.geminid.shuffle.sortmerge.format;

/** What a block holds. The codes are in files and never change. */
public enum BlockKind {
    /** Bytes of records; a record may go on in the next data block of its subpartition. */
    DATA(1),
    /** The bytes of one event. */
    EVENT(2);

    private final int code;

    BlockKind(final int code) {
        this.code = code;
    }

    /**
     * @return what stands in files
     */
    public int code() {
        return code;
    }
}
