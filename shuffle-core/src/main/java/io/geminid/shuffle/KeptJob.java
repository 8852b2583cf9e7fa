package io.geminid.shuffle;

import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.io.IOException;
import java.util.Set;

/**
 * What a shuffle service keeps of a job when all of the job's processes are gone: complete
 * partitions, and a note of the coordinator's (FLIP-383, INV B9). One coordinator at a time has it,
 * until it closes it or dies.
 *
 * <p>Everything here may wait for the disk. Any thread, one at a time.
 */
public interface KeptJob extends AutoCloseable {

    /** What {@link #attemptMax} says when there is nothing. */
    int NO_ATTEMPT = -1;

    /**
     * What was noted last.
     *
     * @return the bytes; null if nothing was, or if it is not what was written
     * @throws IOException if the system refuses
     */
    byte[] note() throws IOException;

    /**
     * Notes something, in the place of what was noted before: whoever comes next finds either.
     *
     * @param bytes not changed meanwhile
     * @throws IOException if it could not be noted; what was noted before still is
     */
    void note(byte[] bytes) throws IOException;

    /**
     * The latest attempt that has left anything, complete or not.
     *
     * @return its number, or {@link #NO_ATTEMPT}
     * @throws IOException if the system refuses
     */
    int attemptMax() throws IOException;

    /**
     * Whether a partition can be read: its index is right, and data that belongs to it is there.
     * Blocks are not read; their checksums are compared by whoever reads them.
     *
     * @param expected what it should be
     * @return false if it is not there, or not as expected
     */
    boolean isComplete(PartitionDescriptor expected);

    /**
     * Removes all partitions but some, and what was not published.
     *
     * @param partitions that stay
     * @throws IOException if the system refuses
     */
    void keepOnly(Set<ResultPartitionId> partitions) throws IOException;

    /** Lets another coordinator have it. Idempotent. */
    @Override
    void close();
}
