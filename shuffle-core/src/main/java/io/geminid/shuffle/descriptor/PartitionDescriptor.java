package io.geminid.shuffle.descriptor;

/**
 * What a partition is, before it exists.
 *
 * @param id identity
 * @param type how it is produced and consumed
 * @param subpartitionCount how many subpartitions
 */
public record PartitionDescriptor(
        ResultPartitionId id, ResultPartitionType type, int subpartitionCount) {

    /** Checks the count. */
    public PartitionDescriptor {
        if (subpartitionCount < 1) {
            throw new IllegalArgumentException(
                    "partition=" + id + " subpartitionCount=" + subpartitionCount);
        }
    }
}
