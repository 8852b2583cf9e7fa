package io.geminid.shuffle.descriptor;

/** How a partition is produced and consumed. */
public enum ResultPartitionType {
    /** Consumed while it is produced, once; bounded memory, back-pressure to the producer. */
    PIPELINED,
    /** Consumed after it was produced, as often as needed; kept on disk, no back-pressure. */
    BLOCKING
}
