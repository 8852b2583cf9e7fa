package io.geminid.state.checkpoint.merge;

/**
 * When ranges are put together.
 *
 * @param blockBytes payload under one checksum, a power of two
 * @param smallBytes up to this length a range shares a file; that much memory each open range may
 *     take
 * @param fileBytes a shared file that has reached this length gets no further range
 */
public record MergeLimits(int blockBytes, int smallBytes, long fileBytes) {

    /** For disks and object stores: a file of 64 MiB is read and deleted as one. */
    public static final MergeLimits DEFAULT = new MergeLimits(32 << 10, 1 << 20, 64L << 20);

    /** Checks the sizes. */
    public MergeLimits {
        if (smallBytes < 0 || fileBytes < 1) {
            throw new IllegalArgumentException(
                    "smallBytes=" + smallBytes + " fileBytes=" + fileBytes);
        }
    }
}
