package io.geminid.shuffle.sortmerge.read;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.shuffle.ShuffleTimer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.partition.PartitionProvider;
import io.geminid.shuffle.partition.SubpartitionListener;
import io.geminid.shuffle.partition.SubpartitionView;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;

/**
 * The published partitions that this process serves, to any number of readers at once. Whoever adds
 * one has seen its index; whether its files are right is found when they are read, and told to the
 * reader as the view's failure.
 *
 * <p>Any thread; never waits for the disk.
 */
public final class StoredPartitions implements PartitionProvider, AutoCloseable {

    private final ConcurrentMap<ResultPartitionId, PartitionFiles> published =
            new ConcurrentHashMap<>();
    private final DiskReader reader;
    private final Finder finder;

    /** Finds what others have published. */
    @FunctionalInterface
    public interface Finder {

        /**
         * Looks a partition up.
         *
         * @param id which
         * @return its files; null if it is not there
         */
        PartitionFiles find(ResultPartitionId id);

        /**
         * Told again and again while somebody reads a partition. On a disk thread; must not throw.
         *
         * @param files from {@link #find}
         */
        default void inUse(final PartitionFiles files) {}
    }

    /**
     * Makes an empty set.
     *
     * @param pool where segments to read into come from; now this one's, which closes it
     * @param segmentBytes of the pool; blocks of partitions must not be larger
     * @param disk runs what waits for the disk, on threads of its own
     * @param timer runs what has to be tried again later
     */
    public StoredPartitions(
            final LocalSegmentPool pool,
            final int segmentBytes,
            final Executor disk,
            final ShuffleTimer timer) {
        reader = new DiskReader(pool, segmentBytes, disk, timer);
        finder = null;
    }

    /**
     * Makes a set of what is found at the moment when somebody asks for it.
     *
     * @param reading what reads for this one, and is closed by it
     * @param finder asked for each view
     */
    public StoredPartitions(final StoredPartitions reading, final Finder finder) {
        reader = reading.reader;
        this.finder = finder;
        reader.tell(finder::inUse);
    }

    /**
     * Lets readers find a partition. Idempotent.
     *
     * @param files of a published partition
     */
    public void add(final PartitionFiles files) {
        published.put(files.id(), files);
    }

    /**
     * Lets no more readers find a partition, and ends those it has. Idempotent.
     *
     * @param id which
     * @return its files, which are still there; null if it was not found
     */
    public PartitionFiles remove(final ResultPartitionId id) {
        final PartitionFiles files = published.remove(id);
        if (files != null) {
            reader.release(files);
        }
        return files;
    }

    /**
     * All partitions of this moment.
     *
     * @return a copy, in the order of their names
     */
    public List<PartitionFiles> all() {
        return published.values().stream()
                .sorted(Comparator.comparing(files -> files.id().toString()))
                .toList();
    }

    /**
     * Partitions of some jobs.
     *
     * @param jobs their ids
     * @return a copy, in the order of their names
     */
    public List<PartitionFiles> ofJobs(final Collection<Long> jobs) {
        return all().stream().filter(files -> jobs.contains(files.id().jobId())).toList();
    }

    /**
     * Looks a partition up.
     *
     * @param id which
     * @return its files; null if it is not here
     */
    public PartitionFiles find(final ResultPartitionId id) {
        return finder == null ? published.get(id) : finder.find(id);
    }

    @Override
    public SubpartitionView createView(
            final ResultPartitionId partition,
            final int subpartition,
            final SubpartitionListener listener)
            throws PartitionNotFoundException {
        if (subpartition < 0) {
            throw new PartitionNotFoundException(partition, "subpartition=" + subpartition);
        }
        return createView(partition, SubpartitionRange.of(subpartition), listener);
    }

    /**
     * Opens a view of several subpartitions at once: region by region, and in each region one after
     * the other. What was written once for all of them comes once.
     *
     * @param partition which partition
     * @param range subpartitions; that they exist is found when the first block is read
     * @param listener told when there is something to poll
     * @return the view, now the caller's to release
     * @throws PartitionNotFoundException if the partition is not here
     */
    @Override
    public SubpartitionView createView(
            final ResultPartitionId partition,
            final SubpartitionRange range,
            final SubpartitionListener listener)
            throws PartitionNotFoundException {
        final PartitionFiles files = find(partition);
        final SubpartitionView view = files == null ? null : reader.open(files, range, listener);
        if (view == null) {
            throw new PartitionNotFoundException(partition, "stored=false subpartitions=" + range);
        }
        if (!files.equals(find(partition))) {
            view.release(); // removed meanwhile, by somebody who may not have seen the view
        }
        return view;
    }

    /**
     * Reads so far, as the operating system counts them.
     *
     * @return since the start
     */
    public long reads() {
        return reader.reads();
    }

    /**
     * Bytes read so far.
     *
     * @return since the start
     */
    public long bytesRead() {
        return reader.bytesRead();
    }

    /** Ends all views; files stay. */
    @Override
    public void close() {
        published.clear();
        reader.close();
    }
}
