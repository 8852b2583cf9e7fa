package io.geminid.shuffle.partition;

import io.geminid.shuffle.descriptor.ResultPartitionId;

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
}
