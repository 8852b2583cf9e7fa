package io.geminid.state.checkpoint.manifest;

/** What a part of a subtask's snapshot is. The code is stored. */
public enum PartKind {
    /** Keyed state of a range of key groups, as a state store wrote it. */
    KEYED(1),
    /** State of an operator without keys: positions of a source, transactions of a sink. */
    OPERATOR(2),
    /** Timers of a range of key groups, where the store does not keep them itself. */
    TIMERS(3),
    /** Records in flight on the receiving side. */
    INPUT_CHANNELS(4),
    /** Records in flight on the sending side. */
    OUTPUT_CHANNELS(5);

    private final int code;

    PartKind(final int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
