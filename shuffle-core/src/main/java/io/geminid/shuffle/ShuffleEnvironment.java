package io.geminid.shuffle;

import io.geminid.memory.TooFewSegmentsException;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.partition.ResultPartition;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;

/**
 * The part of a shuffle service in a worker (FLIP-31). Thread-safe.
 *
 * <p>Closing it closes what is left of its partitions and gates, then its connections, and waits
 * until no segment is in use; the pool stays open.
 */
public interface ShuffleEnvironment extends AutoCloseable {

    /**
     * Binds and starts to serve.
     *
     * @return where other processes reach this one
     * @throws IOException if the address cannot be bound; names it and the key to change
     */
    InetSocketAddress start() throws IOException;

    /**
     * Makes the output of a subtask.
     *
     * @param owner name of the subtask, for messages and leak reports
     * @param partition what it is
     * @return the partition, to be closed by the task
     * @throws TooFewSegmentsException if its guaranteed share is not to be had
     */
    ResultPartition createResultPartition(String owner, PartitionDescriptor partition);

    /**
     * Makes an input of a subtask.
     *
     * @param owner name of the subtask, for messages and leak reports
     * @param producers what each channel reads; a descriptor that is not known yet comes by {@link
     *     InputGate#updateChannel}
     * @return the gate, to be closed by the task
     * @throws TooFewSegmentsException if its guaranteed share is not to be had
     */
    InputGate createInputGate(String owner, List<SubpartitionSource> producers);

    /**
     * Gives up partitions that no one will read any more. Unknown ones are ignored.
     *
     * @param partitions which
     */
    void releasePartitionsLocally(Collection<ResultPartitionId> partitions);

    /**
     * Partitions that still need this process; while there are any, it should not be stopped.
     *
     * @return their identities
     */
    Collection<ResultPartitionId> getPartitionsOccupyingLocalResources();

    /**
     * @return counters and gauges since the start, for progress lines and metrics
     */
    ShuffleStatistics statistics();

    @Override
    void close();
}
