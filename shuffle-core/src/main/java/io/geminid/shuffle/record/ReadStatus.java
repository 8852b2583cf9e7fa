package io.geminid.shuffle.record;

/** What a reader found. */
public enum ReadStatus {
    /** A record; look at the reader's value or record. */
    RECORD,
    /** An event; look at the reader's event. */
    EVENT,
    /** Nothing now; wait for the gate. */
    NOTHING,
    /** Nothing any more: every channel has delivered its end of partition. */
    FINISHED
}
