package io.geminid.shuffle.partition;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;

/** Finds the partitions of this process. Thread-safe. */
public interface PartitionProvider {

    /**
     * Opens a view.
     *
     * @param partition which partition; the attempt is part of its identity
     * @param subpartition index within it
     * @param listener told when there is something to poll; it may be told before this returns
     * @return the view, now the caller's to release
     * @throws PartitionNotFoundException if there is no such partition (yet, or any more) or no
     *     such subpartition
     */
    SubpartitionView createView(
            ResultPartitionId partition, int subpartition, SubpartitionListener listener)
            throws PartitionNotFoundException;

    /**
     * Opens a view of neighbouring subpartitions. Whoever keeps each in memory of its own has no
     * such views.
     *
     * @param partition which partition; the attempt is part of its identity
     * @param subpartitions of it
     * @param listener told when there is something to poll; it may be told before this returns
     * @return the view, now the caller's to release
     * @throws PartitionNotFoundException if there is no such partition (yet, or any more), or no
     *     view of so many subpartitions
     */
    default SubpartitionView createView(
            final ResultPartitionId partition,
            final SubpartitionRange subpartitions,
            final SubpartitionListener listener)
            throws PartitionNotFoundException {
        if (subpartitions.count() > 1) {
            throw new PartitionNotFoundException(partition, "subpartitions=" + subpartitions);
        }
        return createView(partition, subpartitions.first(), listener);
    }

    /**
     * What a peer may read.
     *
     * @param tokenId name of the token that it has proved to know; empty if none
     * @return the partitions that it finds
     */
    default PartitionProvider forToken(final String tokenId) {
        return this;
    }
}
