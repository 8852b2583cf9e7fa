package io.geminid.state.checkpoint.format;

/** What a file holds. The code is stored. */
public enum FileKind {
    /** Ranges that state handles point to. */
    STATE(1),
    /** The manifest of one checkpoint. */
    MANIFEST(2),
    /** A worker's own record of a snapshot it has copied. */
    LOCAL_SNAPSHOT(3);

    private final int code;

    FileKind(final int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
