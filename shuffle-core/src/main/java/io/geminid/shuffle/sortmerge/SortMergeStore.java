package io.geminid.shuffle.sortmerge;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.ShuffleTimer;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.partition.ResultPartition;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.format.PartitionIndex;
import io.geminid.shuffle.sortmerge.read.StoredPartitions;
import io.geminid.shuffle.sortmerge.write.SortMergeResultPartition;
import io.geminid.shuffle.sortmerge.write.WriteOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocking partitions of a process: makes them, serves them once they are published, and
 * removes their files when they are released. What is left when it closes is removed then, unless
 * it belongs to a shuffle service.
 *
 * <p>Any thread. {@link #release} and {@link #close} delete files.
 */
public final class SortMergeStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SortMergeStore.class);

    /** Far below any lease, and seldom enough to cost nothing beside reading. */
    private static final Duration RENEW_INTERVAL = Duration.ofSeconds(1);

    private final SortMergeOptions options;
    private final SegmentPool pool;
    private final Executor disk;
    private final StoredPartitions stored;
    private final WriteOptions writeOptions;

    /** By job. */
    private final Map<Long, Instant> renewed = new ConcurrentHashMap<>();

    private final Set<SortMergeResultPartition> writing = ConcurrentHashMap.newKeySet();

    /** Of a shuffle service's directory; null if what is here is this process's. */
    private final InstantSource serviceClock;

    /**
     * Makes an empty store, whose files are this process's.
     *
     * @param options where and how
     * @param pool stays the caller's
     * @param disk runs what waits for the disk, on threads of its own; stays the caller's
     * @param timer runs what has to be tried again later
     */
    public SortMergeStore(
            final SortMergeOptions options,
            final SegmentPool pool,
            final Executor disk,
            final ShuffleTimer timer) {
        this(options, pool, disk, timer, null);
    }

    /**
     * Makes a store in the directory of a shuffle service: what is published belongs to the
     * service, and what others have published is found.
     *
     * @param options where and how; the directory is {@link ServiceDirectory#jobs}
     * @param pool stays the caller's
     * @param disk runs what waits for the disk, on threads of its own; stays the caller's
     * @param timer runs what has to be tried again later
     * @param serviceClock wall-clock time, by which leases are renewed; null: as the other
     *     constructor
     */
    public SortMergeStore(
            final SortMergeOptions options,
            final SegmentPool pool,
            final Executor disk,
            final ShuffleTimer timer,
            final InstantSource serviceClock) {
        this.options = options;
        this.serviceClock = serviceClock;
        this.pool = pool;
        this.disk = disk;
        this.writeOptions = new WriteOptions(options.codec(), options.sync());
        final int readSegments = Math.min(options.readSegments(), pool.capacity());
        final LocalSegmentPool readPool =
                pool.createLocalPool(
                        new LocalPoolContext(
                                "disk reader",
                                options.readSegmentsMin(pool.capacity()),
                                Math.max(1, readSegments),
                                0));
        final StoredPartitions own =
                new StoredPartitions(readPool, pool.context().segmentBytes(), disk, timer);
        this.stored = serviceClock == null ? own : new StoredPartitions(own, new Published());
    }

    /** What others have published, in the directory of a shuffle service. */
    private final class Published implements StoredPartitions.Finder {

        @Override
        public PartitionFiles find(final ResultPartitionId id) {
            final PartitionFiles files = PartitionFiles.under(options.directory(), id);
            if (!Files.exists(files.index(), LinkOption.NOFOLLOW_LINKS)) {
                return null;
            }
            renewLease(id);
            return files;
        }

        @Override
        public void inUse(final PartitionFiles files) {
            final Instant now = serviceClock.instant();
            final Instant before = renewed.get(files.id().jobId());
            if (before == null || before.plus(RENEW_INTERVAL).isBefore(now)) {
                renewLease(files.id());
            }
        }
    }

    private void renewLease(final ResultPartitionId id) {
        final Instant now = serviceClock.instant();
        renewed.put(id.jobId(), now);
        try {
            ServiceDirectory.renew(options.directory(), id.jobId(), now);
        } catch (final IOException e) {
            LOG.warn("cannot renew the lease of partition={}", id, e);
        }
    }

    /**
     * Makes the output of a subtask.
     *
     * @param owner name of the subtask, for messages and leak reports
     * @param descriptor what it is
     * @return the partition, to be closed by the task
     * @throws io.geminid.memory.TooFewSegmentsException if its guaranteed share is not to be had
     */
    public ResultPartition createPartition(
            final String owner, final PartitionDescriptor descriptor) {
        if (serviceClock != null) {
            renewLease(descriptor.id());
        }
        final int segmentBytes = pool.context().segmentBytes();
        final int subpartitions = descriptor.subpartitionCount();
        final int min = SortMergeOptions.sortSegmentsMin(subpartitions, segmentBytes);
        final LocalSegmentPool local =
                pool.createLocalPool(
                        new LocalPoolContext(
                                owner + " output",
                                min,
                                options.sortSegmentsMax(min, segmentBytes, pool.capacity()),
                                0));
        final PartitionFiles files = PartitionFiles.under(options.directory(), descriptor.id());
        final SortMergeResultPartition partition =
                new SortMergeResultPartition(
                        files,
                        new PartitionIndex(
                                descriptor.id(), subpartitions, segmentBytes, options.codec()),
                        local,
                        disk,
                        new SortMergeResultPartition.Setup(limited(), new Listener()));
        writing.add(partition);
        return partition;
    }

    /** A service may limit what a job has there. */
    private WriteOptions limited() {
        if (serviceClock == null) {
            return writeOptions;
        }
        try {
            return writeOptions.withJobBytesMax(
                    ServiceDirectory.jobQuota(options.directory().getParent()));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Listener implements WriteOptions.Listener {

        @Override
        public void published(final ResultPartitionId id) {
            if (serviceClock == null) {
                stored.add(PartitionFiles.under(options.directory(), id));
            }
        }

        @Override
        public void closed(final SortMergeResultPartition partition) {
            writing.remove(partition);
        }
    }

    /**
     * @return what is published, for readers
     */
    public StoredPartitions stored() {
        return stored;
    }

    /**
     * Partitions whose files are here, or will be.
     *
     * @return their identities
     */
    public List<ResultPartitionId> ids() {
        return stored.all().stream().map(PartitionFiles::id).toList();
    }

    /**
     * Removes partitions: those that are published, and those that are still written. Unknown ones
     * are ignored.
     *
     * @param ids which
     */
    public void release(final Collection<ResultPartitionId> ids) {
        for (final SortMergeResultPartition partition : writing) {
            if (ids.contains(partition.id())) {
                partition.close();
            }
        }
        for (final ResultPartitionId id : ids) {
            final PartitionFiles files = stored.remove(id);
            if (files != null) {
                delete(files);
            }
        }
    }

    private static void delete(final PartitionFiles files) {
        try {
            files.delete();
        } catch (final IOException e) {
            LOG.warn("cannot remove {}", files, e);
        }
    }

    /**
     * Closes what is written, ends all readers, removes all files. A task that still writes gives
     * its memory back when it closes its partition.
     */
    @Override
    public void close() {
        writing.forEach(SortMergeResultPartition::close);
        final List<PartitionFiles> left = stored.all();
        stored.close();
        left.forEach(SortMergeStore::delete);
    }
}
