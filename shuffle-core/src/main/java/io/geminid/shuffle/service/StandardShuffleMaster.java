package io.geminid.shuffle.service;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.PoolSizing;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.shuffle.KeptJob;
import io.geminid.shuffle.ShuffleMaster;
import io.geminid.shuffle.ShuffleMasterContext;
import io.geminid.shuffle.TaskShape;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ProducerDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.sortmerge.ServiceDirectory;
import io.geminid.shuffle.sortmerge.ServiceJob;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import io.geminid.shuffle.transport.link.JobToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
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
    private final GeminidProperties properties;
    private final ShuffleOptions options;

    /** Of every worker, as all are configured alike. */
    private final SegmentPoolContext pool;

    /** Where blocking partitions are kept and served; null: in their producers' processes. */
    private final Path serviceDirectory;

    private final JobToken token;

    /**
     * Makes a master.
     *
     * @param service name of the service, which descriptors carry
     * @param context configuration
     */
    public StandardShuffleMaster(final String service, final ShuffleMasterContext context) {
        this.service = Objects.requireNonNull(service, "service");
        this.properties = context.properties();
        this.options = ShuffleOptions.from(properties);
        this.pool = SegmentPoolContext.from(properties);
        this.serviceDirectory = SortMergeOptions.serviceDirectory(properties);
        this.token = context.token();
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

    @Override
    public KeptJob openJob(final long jobId) throws IOException {
        if (serviceDirectory == null) {
            return null;
        }
        final boolean sync = SortMergeOptions.from(properties).sync();
        final ServiceJob job =
                ServiceJob.open(
                        serviceDirectory,
                        jobId,
                        new ServiceJob.Options(pool.segmentBytes(), sync),
                        InstantSource.system().instant());
        try {
            new ServiceTokens(serviceDirectory).admitOnly(jobId, token);
            return job;
        } catch (final IOException | UncheckedIOException e) {
            job.close();
            throw e;
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
        boolean readsDisk = false;
        int partition = 0;
        for (final TaskShape.Edge output : task.partitions()) {
            addPartition(sizing, task.name() + " output " + partition, output);
            readsDisk |= output.type() == ResultPartitionType.BLOCKING;
            partition++;
        }
        int gate = 0;
        for (final TaskShape.Edge input : task.gates()) {
            final int channels = input.count();
            readsDisk |= input.type() == ResultPartitionType.BLOCKING;
            sizing.add(
                    task.name() + " input " + gate,
                    options.gateSegmentsMin(channels),
                    channels + " channels x " + options.exclusivePerChannel() + " + 1 floating",
                    ShuffleOptions.EXCLUSIVE_PER_CHANNEL.name());
            gate++;
        }
        if (readsDisk) {
            sizing.addOnce(
                    "disk reader",
                    SortMergeOptions.from(properties).readSegmentsMin(pool.capacity()),
                    "a quarter of its segments",
                    SortMergeOptions.READ_SEGMENTS.name());
        }
    }

    private void addPartition(
            final PoolSizing sizing, final String holder, final TaskShape.Edge output) {
        final int subpartitions = output.count();
        if (output.type() == ResultPartitionType.BLOCKING) {
            sizing.add(
                    holder,
                    SortMergeOptions.sortSegmentsMin(subpartitions, pool.segmentBytes()),
                    subpartitions + " subpartitions, sorted",
                    SegmentPoolContext.SEGMENT_BYTES.name());
        } else {
            sizing.add(
                    holder,
                    ShuffleOptions.partitionSegmentsMin(subpartitions),
                    subpartitions + " subpartitions + 1",
                    "parallelism of the consumer");
        }
    }

    @Override
    public void close() {
        // Keeps nothing.
    }
}
