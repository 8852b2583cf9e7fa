package io.geminid.state.gemini.spill;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Room on disk that the stores of a process share: a directory and how much they may put there.
 * Thread-safe.
 */
public final class SpillSpace {

    private final Path directory;
    private final long bytesMax;
    private final SpillDisk disk;
    private final AtomicLong used = new AtomicLong();

    /**
     * Takes nothing yet, and makes no directory.
     *
     * @param directory where files go
     * @param bytesMax what they may take together; 0: nothing goes to disk
     * @param disk makes the files
     */
    public SpillSpace(final Path directory, final long bytesMax, final SpillDisk disk) {
        this.directory = Objects.requireNonNull(directory, "directory");
        this.bytesMax = bytesMax;
        this.disk = Objects.requireNonNull(disk, "disk");
    }

    /**
     * Whether anything may go to disk.
     *
     * @return false if the limit is 0
     */
    public boolean isOpen() {
        return bytesMax > 0;
    }

    /**
     * What all stores have on disk now.
     *
     * @return bytes
     */
    public long usedBytes() {
        return used.get();
    }

    /**
     * What they may have.
     *
     * @return bytes
     */
    public long bytesMax() {
        return bytesMax;
    }

    /**
     * Where the files go.
     *
     * @return need not exist
     */
    public Path directory() {
        return directory;
    }

    SpillDisk disk() {
        return disk;
    }

    boolean take(final long bytes) {
        if (used.addAndGet(bytes) <= bytesMax) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void giveBack(final long bytes) {
        used.addAndGet(-bytes);
    }
}
