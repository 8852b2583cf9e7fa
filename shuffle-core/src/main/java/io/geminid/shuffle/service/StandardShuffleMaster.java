package io.geminid.shuffle.service;

import io.geminid.memory.PoolSizing;
import io.geminid.shuffle.ShuffleMaster;
import io.geminid.shuffle.ShuffleMasterContext;
import io.geminid.shuffle.TaskShape;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ProducerDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.sortmerge.ServiceDirectory;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The master of a service whose partitions live in their producers' processes: a descriptor is the
 * partition and the producer's address, and there is nothing to free anywhere else. Blocking ones
 * may live in the directory of a shuffle service instead, which then is where to read them.
 *
 * <p>Keeps no state; any thread.
 */
public final class StandardShuffleMaster implements ShuffleMaster {

    private static final Logger LOG = LoggerFactory.getLogger(StandardShuffleMaster.class);

    private final String service;
    private final ShuffleOptions options;

    /** Where blocking partitions are kept and served; null: in their producers' processes. */
    private final Path serviceDirectory;

    /**
     * Makes a master.
     *
     * @param service name of the service, which descriptors carry
     * @param context configuration
     */
    public StandardShuffleMaster(final String service, final ShuffleMasterContext context) {
        this.service = Objects.requireNonNull(service, "service");
        this.options = ShuffleOptions.from(context.properties());
        this.serviceDirectory = SortMergeOptions.serviceDirectory(context.properties());
    }

    @Override
    public CompletableFuture<ShuffleDescriptor> registerPartitionWithProducer(
            final PartitionDescriptor partition, final ProducerDescriptor producer) {
        if (isExternal(partition)) {
            return registerExternally(partition);
        }
        return CompletableFuture.completedFuture(
                new ShuffleDescriptor(
                        service, partition, producer.processId(), producer.shuffleAddress()));
    }

    @Override
    public void releasePartitionExternally(final ShuffleDescriptor descriptor) {
        if (!isExternal(descriptor.partition())) {
            return; // nothing of it is kept outside its producer's process
        }
        try {
            ServiceDirectory.delete(serviceDirectory, descriptor.partition().id());
        } catch (final IOException e) {
            LOG.warn("partition={} stays until its lease ends", descriptor.partition().id(), e);
        }
    }

    private boolean isExternal(final PartitionDescriptor partition) {
        return serviceDirectory != null && partition.type() == ResultPartitionType.BLOCKING;
    }

    /** The loss of the producer's process does not make it unavailable (INV B4). */
    private CompletableFuture<ShuffleDescriptor> registerExternally(
            final PartitionDescriptor partition) {
        try {
            final InetSocketAddress address = ServiceDirectory.address(serviceDirectory);
            if (address == null) {
                throw new IOException(
                        "directory="
                                + serviceDirectory
                                + " has no shuffle service: start ./geminid shuffle-service --dir "
                                + serviceDirectory);
            }
            return CompletableFuture.completedFuture(
                    new ShuffleDescriptor(service, partition, null, address));
        } catch (final IOException e) {
            return CompletableFuture.failedFuture(e);
        }
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
