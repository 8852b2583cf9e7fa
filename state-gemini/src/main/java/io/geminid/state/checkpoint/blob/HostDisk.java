package io.geminid.state.checkpoint.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** The disks of this host. */
public final class HostDisk implements Disk {

    /**
     * How often a file's directories are made again when somebody deletes them, empty, at the same
     * moment: more than once or twice in a row cannot be chance.
     */
    private static final int CREATE_ATTEMPTS = 5;

    /** Makes one; it has no state. */
    public HostDisk() {}

    @Override
    public DiskFile create(final Path path) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Files.createDirectories(path.getParent());
            try {
                return new HostFile(
                        FileChannel.open(
                                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            } catch (final NoSuchFileException e) {
                if (attempt == CREATE_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public DiskFile open(final Path path) throws IOException {
        return new HostFile(FileChannel.open(path, StandardOpenOption.READ));
    }

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        // A rename would silently replace; a link is refused when the name is taken.
        Files.createLink(to, from);
        Files.delete(from);
    }

    @Override
    public boolean delete(final Path path) throws IOException {
        return Files.deleteIfExists(path);
    }

    @Override
    public boolean deleteIfEmpty(final Path path) throws IOException {
        try {
            return Files.deleteIfExists(path);
        } catch (final DirectoryNotEmptyException e) {
            return false;
        }
    }

    @Override
    public void forceDirectory(final Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public List<Entry> walk(final Path path) throws IOException {
        final List<Entry> entries = new ArrayList<>();
        Files.walkFileTree(
                path,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(
                            final Path file, final BasicFileAttributes attributes) {
                        entries.add(
                                new Entry(
                                        file,
                                        attributes.size(),
                                        attributes.lastModifiedTime().toMillis()));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(final Path file, final IOException e)
                            throws IOException {
                        // Deleted while we looked: as if it had been deleted before.
                        if (e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }
                });
        return entries;
    }

    /** A file of the host. */
    private record HostFile(FileChannel channel) implements DiskFile {
        @Override
        public void write(final ByteBuffer source) throws IOException {
            while (source.hasRemaining()) {
                channel.write(source);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void read(final long position, final ByteBuffer target) throws IOException {
            long at = position;
            while (target.hasRemaining()) {
                final int count = channel.read(target, at);
                if (count < 0) {
                    return;
                }
                at += count;
            }
        }

        @Override
        public long length() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
