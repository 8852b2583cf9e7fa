package io.geminid.state.checkpoint.local;

import io.geminid.state.checkpoint.blob.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * A disk that is never waited for: copies that a power cut damages are found by their checksums, so
 * nothing is gained by forcing them.
 */
public final class UnforcedDisk implements Disk {
    private final Disk disk;

    /**
     * Wraps a disk.
     *
     * @param disk makes all other calls
     */
    public UnforcedDisk(final Disk disk) {
        this.disk = disk;
    }

    @Override
    public DiskFile create(final Path path) throws IOException {
        return new UnforcedFile(disk.create(path));
    }

    @Override
    public DiskFile open(final Path path) throws IOException {
        return disk.open(path);
    }

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public boolean delete(final Path path) throws IOException {
        return disk.delete(path);
    }

    @Override
    public boolean deleteIfEmpty(final Path path) throws IOException {
        return disk.deleteIfEmpty(path);
    }

    @Override
    public void forceDirectory(final Path path) {}

    @Override
    public List<Entry> walk(final Path path) throws IOException {
        return disk.walk(path);
    }

    /** A file that is never forced. */
    private record UnforcedFile(DiskFile file) implements DiskFile {
        @Override
        public void write(final ByteBuffer source) throws IOException {
            file.write(source);
        }

        @Override
        public void force() {}

        @Override
        public void read(final long position, final ByteBuffer target) throws IOException {
            file.read(position, target);
        }

        @Override
        public long length() throws IOException {
            return file.length();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
