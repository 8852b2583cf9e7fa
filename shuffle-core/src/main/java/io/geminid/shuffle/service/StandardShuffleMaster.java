package io.geminid.shuffle.service;

import io.geminid.memory.PoolSizing;
import io.geminid.shuffle.ShuffleMaster;
import io.geminid.shuffle.ShuffleMasterContext;
import io.geminid.shuffle.TaskShape;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ProducerDescriptor;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * The master of a service whose partitions live in their producers' processes: a descriptor is the
 * partition and the producer's address, and there is nothing to free anywhere else.
 *
 * <p>Keeps no state; any thread.
 */
public final class StandardShuffleMaster implements ShuffleMaster {

    private final String service;
    private final ShuffleOptions options;

    /**
     * Makes a master.
     *
     * @param service name of the service, which descriptors carry
     * @param context configuration
     */
    public StandardShuffleMaster(final String service, final ShuffleMasterContext context) {
        this.service = Objects.requireNonNull(service, "service");
        this.options = ShuffleOptions.from(context.properties());
    }

    @Override
    public CompletableFuture<ShuffleDescriptor> registerPartitionWithProducer(
            final PartitionDescriptor partition, final ProducerDescriptor producer) {
        return CompletableFuture.completedFuture(
                new ShuffleDescriptor(
                        service, partition, producer.processId(), producer.shuffleAddress()));
    }

    @Override
    public void releasePartitionExternally(final ShuffleDescriptor descriptor) {
        // Nothing of it is kept outside its producer's process.
    }

    @Override
    public void addSegmentsNeeded(final PoolSizing sizing, final TaskShape task) {
        int partition = 0;
        for (final int subpartitions : task.subpartitions()) {
            sizing.add(
                    task.name() + " output " + partition,
                    ShuffleOptions.partitionSegmentsMin(subpartitions),
                    subpartitions + " subpartitions + 1",
                    "parallelism of the consumer");
            partition++;
        }
        int gate = 0;
        for (final int channels : task.channels()) {
            sizing.add(
                    task.name() + " input " + gate,
                    options.gateSegmentsMin(channels),
                    channels + " channels x " + options.exclusivePerChannel() + " + 1 floating",
                    ShuffleOptions.EXCLUSIVE_PER_CHANNEL.name());
            gate++;
        }
    }

    @Override
    public void close() {
        // Keeps nothing.
    }
}
