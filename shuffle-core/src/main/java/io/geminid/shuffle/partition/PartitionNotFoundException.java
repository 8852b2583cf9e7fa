package io.geminid.shuffle.partition;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.io.IOException;

/** The process has no such partition, not yet or not any more. */
public final class PartitionNotFoundException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient ResultPartitionId partition;

    /**
     * @param partition what was asked for
     * @param detail more about it, as name=value
     */
    public PartitionNotFoundException(final ResultPartitionId partition, final String detail) {
        super("partition=" + partition + " not found: " + detail);
        this.partition = partition;
    }

    /**
     * @return what was asked for
     */
    public ResultPartitionId partition() {
        return partition;
    }
}
