package io.geminid.state.checkpoint.crash;

import io.geminid.state.checkpoint.blob.Disk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A disk in memory that forgets, at a power cut, whatever was not forced: any of the bytes of a
 * file, any of the changes of a directory, each for itself.
 */
public final class PowerCutDisk implements Disk {
    private static final class Inode {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] forced = new byte[0];
    }

    private final Path root;
    private final Map<Path, Inode> entries = new TreeMap<>();
    private final Map<Path, Inode> durable = new TreeMap<>();
    private final Set<Path> directories = new HashSet<>();
    private final Set<Path> durableDirectories = new HashSet<>();

    /** Makes an empty disk; everything is below the root. */
    public PowerCutDisk(final Path root) {
        this.root = root;
        directories.add(root);
        durableDirectories.add(root);
    }

    /** What is there when the power comes back. */
    public PowerCutDisk afterPowerCut(final Random random) {
        final PowerCutDisk image = new PowerCutDisk(root);
        for (final Path directory : directories) {
            if (durableDirectories.contains(directory) || random.nextBoolean()) {
                image.directories.add(directory);
                image.durableDirectories.add(directory);
            }
        }
        final Set<Path> paths = new HashSet<>(durable.keySet());
        paths.addAll(entries.keySet());
        final Map<Inode, Inode> copies = new HashMap<>();
        for (final Path path : paths) {
            final Inode now = entries.get(path);
            final Inode before = durable.get(path);
            final Inode chosen = now == before || random.nextBoolean() ? now : before;
            if (chosen != null && image.hasAll(path.getParent())) {
                final Inode copy = copies.computeIfAbsent(chosen, i -> survive(i, random));
                image.entries.put(path, copy);
                image.durable.put(path, copy);
            }
        }
        return image;
    }

    private boolean hasAll(final Path directory) {
        return directory.equals(root)
                || directories.contains(directory) && hasAll(directory.getParent());
    }

    private static Inode survive(final Inode inode, final Random random) {
        final byte[] written = inode.bytes.toByteArray();
        byte[] left = written;
        if (!Arrays.equals(written, inode.forced)) {
            final int length = random.nextInt(written.length + 1);
            left = Arrays.copyOf(written, length);
            final int zeroFrom = random.nextInt(length + 1);
            if (random.nextBoolean()) {
                Arrays.fill(left, zeroFrom, length, (byte) 0);
            }
            System.arraycopy(inode.forced, 0, left, 0, Math.min(left.length, inode.forced.length));
        }
        final Inode copy = new Inode();
        copy.bytes.writeBytes(left);
        copy.forced = left;
        return copy;
    }

    @Override
    public DiskFile create(final Path path) throws IOException {
        for (Path p = path.getParent(); !p.equals(root); p = p.getParent()) {
            directories.add(p);
        }
        if (entries.containsKey(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        final Inode inode = new Inode();
        entries.put(path, inode);
        return file(inode);
    }

    @Override
    public DiskFile open(final Path path) throws IOException {
        if (!entries.containsKey(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return file(entries.get(path));
    }

    private static DiskFile file(final Inode inode) {
        return new DiskFile() {
            @Override
            public void write(final ByteBuffer source) {
                final byte[] copy = new byte[source.remaining()];
                source.get(copy);
                inode.bytes.writeBytes(copy);
            }

            @Override
            public void force() {
                inode.forced = inode.bytes.toByteArray();
            }

            @Override
            public void read(final long position, final ByteBuffer target) {
                final byte[] bytes = inode.bytes.toByteArray();
                final int count = Math.min(target.remaining(), bytes.length - (int) position);
                target.put(bytes, (int) position, Math.max(0, count));
            }

            @Override
            public long length() {
                return inode.bytes.size();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        if (entries.containsKey(to)) {
            throw new FileAlreadyExistsException(to.toString());
        }
        if (!entries.containsKey(from)) {
            throw new NoSuchFileException(from.toString());
        }
        entries.put(to, entries.remove(from));
    }

    @Override
    public boolean delete(final Path path) {
        return entries.remove(path) != null;
    }

    @Override
    public boolean deleteIfEmpty(final Path path) {
        final boolean empty =
                entries.keySet().stream().noneMatch(file -> file.startsWith(path))
                        && directories.stream()
                                .noneMatch(d -> !d.equals(path) && d.startsWith(path));
        return empty && directories.remove(path);
    }

    @Override
    public void forceDirectory(final Path path) {
        durable.keySet().removeIf(file -> file.getParent().equals(path));
        entries.forEach(
                (file, inode) -> {
                    if (file.getParent().equals(path)) {
                        durable.put(file, inode);
                    }
                });
        durableDirectories.removeIf(d -> path.equals(d.getParent()));
        directories.stream()
                .filter(d -> path.equals(d.getParent()))
                .forEach(durableDirectories::add);
    }

    @Override
    public List<Entry> walk(final Path path) {
        final List<Entry> found = new ArrayList<>();
        entries.forEach(
                (file, inode) -> {
                    if (file.startsWith(path)) {
                        found.add(new Entry(file, inode.bytes.size(), 0));
                    }
                });
        return found;
    }
}
