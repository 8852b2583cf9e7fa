package io.geminid.runtime.operator;

/** Answer of a source that was asked for the next record. */
public enum InputStatus {
    /** Ask again at once; there may be more. */
    MORE,
    /** Nothing for now; ask again after the listener was called. */
    NOTHING_AVAILABLE,
    /** Nothing ever again. */
    END
}
