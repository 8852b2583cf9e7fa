package io.geminid.shuffle.descriptor;

/** How a partition is produced and consumed. */
public enum ResultPartitionType {
    /** Consumed while it is produced, once; bounded memory, back-pressure to the producer. */
    PIPELINED
}
