package io.geminid.shuffle;

import io.geminid.memory.PoolSizing;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ProducerDescriptor;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import java.util.concurrent.CompletableFuture;

/** The part of a shuffle service beside the coordinator (FLIP-31). Thread-safe; nothing blocks. */
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

    @Override
    void close();
}
