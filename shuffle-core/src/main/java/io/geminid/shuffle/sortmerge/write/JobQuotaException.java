package io.geminid.shuffle.sortmerge.write;

import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import java.io.IOException;

/** A job has as much on the disk as it may have: its producer fails, other jobs go on. */
public final class JobQuotaException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * @param files what was to be written
     * @param bytes that the job has
     * @param bytesMax that it may have
     */
    public JobQuotaException(final PartitionFiles files, final long bytes, final long bytesMax) {
        super(
                "job="
                        + Long.toHexString(files.id().jobId())
                        + " has bytes="
                        + bytes
                        + " of its quota="
                        + bytesMax
                        + ": start the shuffle service with a larger --job-quota");
    }
}
