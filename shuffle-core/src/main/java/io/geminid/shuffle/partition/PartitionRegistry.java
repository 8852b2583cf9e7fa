package io.geminid.shuffle.partition;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The partitions of a process that are neither closed nor failed. Thread-safe; a partition is found
 * from {@link #add} to {@link #remove}.
 */
public final class PartitionRegistry implements PartitionProvider {

    private final ConcurrentMap<ResultPartitionId, PipelinedResultPartition> partitions =
            new ConcurrentHashMap<>();

    /** Makes an empty registry. */
    public PartitionRegistry() {}

    /**
     * Lets readers find a partition.
     *
     * @param partition stays the caller's
     * @throws IllegalStateException if there is one of the same identity
     */
    public void add(final PipelinedResultPartition partition) {
        if (partitions.putIfAbsent(partition.id(), partition) != null) {
            throw new IllegalStateException("partition=" + partition.id() + " exists already");
        }
    }

    /**
     * Lets no more readers find a partition; those it has go on. Does nothing if it is not there.
     *
     * @param partition as given to {@link #add}
     */
    public void remove(final PipelinedResultPartition partition) {
        partitions.remove(partition.id(), partition);
    }

    /**
     * Looks a partition up.
     *
     * @param id its identity
     * @return the partition, or {@code null}
     */
    public PipelinedResultPartition find(final ResultPartitionId id) {
        return partitions.get(id);
    }

    /**
     * All partitions of this moment.
     *
     * @return a copy, in the order of their names
     */
    public Collection<PipelinedResultPartition> all() {
        return partitions.values().stream()
                .sorted(Comparator.comparing(partition -> partition.id().toString()))
                .toList();
    }

    /**
     * Partitions that some consumer has not read to its end yet.
     *
     * @return their identities
     */
    public List<ResultPartitionId> notConsumed() {
        return all().stream()
                .filter(partition -> !partition.isConsumed())
                .map(PipelinedResultPartition::id)
                .toList();
    }

    @Override
    public SubpartitionView createView(
            final ResultPartitionId partition,
            final int subpartition,
            final SubpartitionListener listener)
            throws PartitionNotFoundException {
        final PipelinedResultPartition found = partitions.get(partition);
        if (found == null) {
            throw new PartitionNotFoundException(partition, "subpartition=" + subpartition);
        }
        return found.createView(subpartition, listener);
    }
}
