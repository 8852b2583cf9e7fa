package io.geminid.state.checkpoint.blob;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Blobs as files of a directory, local or mounted.
 *
 * <p>A blob is written as {@code NAME.part}, forced, given its name, and then the directory is
 * forced, with each new directory above it. So at any moment of a power cut the name is not there,
 * or leads to the whole blob. The file system must know hard links, which are how a taken name is
 * refused.
 */
public final class DirectoryBlobStore implements BlobStore {
    private final Disk disk;
    private final Path root;

    /** Directories whose own entry in their parent is durable. Guarded by itself. */
    private final Set<Path> durableDirectories = new HashSet<>();

    /**
     * Uses a directory.
     *
     * @param disk the file system
     * @param root the directory; is made when it is first needed
     */
    public DirectoryBlobStore(final Disk disk, final Path root) {
        this.disk = disk;
        this.root = root.toAbsolutePath().normalize();
        durableDirectories.add(this.root);
    }

    @Override
    public BlobOutput create(final String name) throws IOException {
        final Path target = root.resolve(BlobNames.checkNew(name));
        final Path part = root.resolve(name + UNFINISHED);
        return new Output(target, part, disk.create(part));
    }

    @Override
    public BlobInput open(final String name) throws IOException {
        final Disk.DiskFile file = disk.open(root.resolve(BlobNames.check(name)));
        try {
            return new Input(name, file, file.length());
        } catch (final IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public List<BlobEntry> list(final String prefix) throws IOException {
        final List<BlobEntry> entries = new ArrayList<>();
        for (final Disk.Entry entry : disk.walk(root.resolve(BlobNames.checkPrefix(prefix)))) {
            final String name = root.relativize(entry.path()).toString();
            entries.add(new BlobEntry(name, entry.lengthBytes(), entry.modifiedMillis()));
        }
        entries.sort(Comparator.comparing(BlobEntry::name));
        return entries;
    }

    @Override
    public boolean delete(final String name) throws IOException {
        final Path path = root.resolve(BlobNames.check(name));
        if (!disk.delete(path)) {
            return false;
        }
        // A manifest that came back after a power cut would lead to files that did not.
        Path directory = path.getParent();
        forceIfThere(directory);
        while (!directory.equals(root)) {
            // Forgotten first: whoever makes it again must force its entry again.
            synchronized (durableDirectories) {
                durableDirectories.remove(directory);
            }
            if (!disk.deleteIfEmpty(directory)) {
                break;
            }
            directory = directory.getParent();
        }
        return true;
    }

    private void forceIfThere(final Path directory) throws IOException {
        try {
            disk.forceDirectory(directory);
        } catch (final NoSuchFileException e) {
            // Whoever deleted its last file, and then the directory, has forced it before.
            assert !directory.equals(root) : root;
        }
    }

    private void makeDurable(final Path directory) throws IOException {
        disk.forceDirectory(directory);
        Path child = directory;
        while (!child.equals(root)) {
            synchronized (durableDirectories) {
                if (durableDirectories.contains(child)) {
                    return;
                }
            }
            disk.forceDirectory(child.getParent());
            synchronized (durableDirectories) {
                durableDirectories.add(child);
            }
            child = child.getParent();
        }
    }

    @Override
    public String toString() {
        return root.toString();
    }

    /** A file under its temporary name. */
    private final class Output implements BlobOutput {
        private final Path target;
        private final Path part;
        private final Disk.DiskFile file;
        private boolean open = true;

        Output(final Path target, final Path part, final Disk.DiskFile file) {
            this.target = target;
            this.part = part;
            this.file = file;
        }

        @Override
        public void write(final ByteBuffer source) throws IOException {
            file.write(source);
        }

        @Override
        public void commit() throws IOException {
            if (!open) {
                throw new IllegalStateException("closed blob=" + target);
            }
            file.force();
            file.close();
            disk.rename(part, target);
            open = false;
            makeDurable(target.getParent());
        }

        @Override
        public void close() throws IOException {
            if (open) {
                open = false;
                file.close();
                disk.delete(part);
            }
        }
    }

    /** A file being read. */
    private record Input(String name, Disk.DiskFile file, long length) implements BlobInput {
        @Override
        public void read(final long position, final ByteBuffer target) throws IOException {
            file.read(position, target);
            if (target.hasRemaining()) {
                throw new EOFException(
                        "blob="
                                + name
                                + " position="
                                + position
                                + " missingBytes="
                                + target.remaining()
                                + " lengthBytes="
                                + length);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
