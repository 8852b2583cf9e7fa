package io.geminid.shuffle;

import io.geminid.memory.PoolSizing;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ProducerDescriptor;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * The part of a shuffle service beside the coordinator (FLIP-31). Thread-safe; nothing blocks, but
 * for {@link #openJob}.
 */
public interface ShuffleMaster extends AutoCloseable {

    /**
     * Announces a partition before its producer is deployed.
     *
     * @param partition what will be produced
     * @param producer where; null to ask again where a partition is read that no worker keeps
     * @return the descriptor that consumers need; if it fails, the producer's deployment fails and
     *     nothing else
     */
    CompletableFuture<ShuffleDescriptor> registerPartitionWithProducer(
            PartitionDescriptor partition, ProducerDescriptor producer);

    /**
     * Frees what the partition holds outside its producer's process. Idempotent, tolerates unknown
     * partitions, never throws.
     *
     * @param descriptor from {@link #registerPartitionWithProducer}
     */
    void releasePartitionExternally(ShuffleDescriptor descriptor);

    /**
     * Adds what a subtask needs at least to the sum of its process, so that too few segments are
     * found before anything is started.
     *
     * @param sizing the sum, with a line for each holder
     * @param task names and counts of its partitions and gates
     */
    void addSegmentsNeeded(PoolSizing sizing, TaskShape task);

    /**
     * Takes over what is kept of a job outside of its processes, for the coordinator that runs it
     * from now on: its peers may read what others have written, and nobody else. Unlike everything
     * else here it may wait for the disk.
     *
     * @param jobId which, whether it ran before or not
     * @return to be closed when the job is over; null if nothing is kept outside of its processes
     * @throws IOException if another coordinator has it that lives, or the system refuses
     */
    default KeptJob openJob(final long jobId) throws IOException {
        return null;
    }

    @Override
    void close();
}
