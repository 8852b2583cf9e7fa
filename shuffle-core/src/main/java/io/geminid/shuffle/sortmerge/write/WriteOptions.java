package io.geminid.shuffle.sortmerge.write;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.sortmerge.format.BlockCodec;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * How a partition is written.
 *
 * @param codec of the blocks
 * @param sync whether what was published survives a crash of the machine, not only of processes
 * @param opener makes the data file
 * @param jobBytesMax most that files of the partition's job may have together, in its directory;
 *     looked at before each region, so each writer may go beyond it by one
 */
public record WriteOptions(BlockCodec codec, boolean sync, Opener opener, long jobBytesMax) {

    /** No limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Makes data files. */
    @FunctionalInterface
    public interface Opener {

        /**
         * Makes a data file.
         *
         * @param files of the partition
         * @return open for writing, now the caller's
         * @throws IOException if it exists or cannot be made; names it
         */
        FileChannel open(PartitionFiles files) throws IOException;
    }

    /** Told what becomes of a partition. Any thread. */
    public interface Listener {

        /**
         * Readers can find it from now on.
         *
         * @param id which
         */
        void published(ResultPartitionId id);

        /**
         * It is closed; published or not, nobody writes to it any more.
         *
         * @param partition which
         */
        void closed(SortMergeResultPartition partition);
    }

    /**
     * Options for real files.
     *
     * @param codec of the blocks
     * @param sync see above
     */
    public WriteOptions(final BlockCodec codec, final boolean sync) {
        this(codec, sync, PartitionFiles::createData);
    }

    /**
     * Options without a limit.
     *
     * @param codec of the blocks
     * @param sync see above
     * @param opener see above
     */
    public WriteOptions(final BlockCodec codec, final boolean sync, final Opener opener) {
        this(codec, sync, opener, UNLIMITED);
    }

    /**
     * The same with a limit.
     *
     * @param bytes see {@link #jobBytesMax}
     * @return a changed copy
     */
    public WriteOptions withJobBytesMax(final long bytes) {
        return new WriteOptions(codec, sync, opener, bytes);
    }
}
