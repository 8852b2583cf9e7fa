package io.geminid.state.checkpoint.crash;

import io.geminid.state.checkpoint.blob.Disk;
import io.geminid.state.checkpoint.blob.HostDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Names every call that changes the disk, before it is made, and half-way through each write. */
public final class StepDisk implements Disk {
    private final Disk disk;
    private final Steps steps;

    /** Told of each step. */
    public interface Steps {
        /** May throw, or never return. */
        void reached(String step) throws IOException;
    }

    public StepDisk(final Disk disk, final Steps steps) {
        this.disk = disk;
        this.steps = steps;
    }

    /** What a path is to a checkpoint. */
    private static String role(final Path path) {
        final String name = path.getFileName().toString();
        final String parent = path.getParent().getFileName().toString();
        if (name.startsWith("manifest")) {
            return "manifest";
        }
        return name.contains(".state") && parent.startsWith("chk-") ? "exclusive" : parent;
    }

    @Override
    public DiskFile create(final Path path) throws IOException {
        steps.reached("create " + role(path));
        final DiskFile file = disk.create(path);
        return new DiskFile() {
            @Override
            public void write(final ByteBuffer source) throws IOException {
                steps.reached("write " + role(path));
                final ByteBuffer half = source.duplicate();
                half.limit(half.position() + half.remaining() / 2);
                file.write(half);
                steps.reached("write-half " + role(path));
                source.position(half.limit());
                file.write(source);
            }

            @Override
            public void force() throws IOException {
                steps.reached("force " + role(path));
                file.force();
            }

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
        };
    }

    @Override
    public DiskFile open(final Path path) throws IOException {
        return disk.open(path);
    }

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        steps.reached("link " + role(to));
        if (disk instanceof HostDisk) {
            // The two halves of the host's rename, to stop between them.
            Files.createLink(to, from);
            steps.reached("unlink " + role(to));
            Files.delete(from);
        } else {
            disk.rename(from, to);
        }
        steps.reached("linked " + role(to));
    }

    @Override
    public boolean delete(final Path path) throws IOException {
        steps.reached("delete " + role(path));
        return disk.delete(path);
    }

    @Override
    public boolean deleteIfEmpty(final Path path) throws IOException {
        steps.reached("delete-directory");
        return disk.deleteIfEmpty(path);
    }

    @Override
    public void forceDirectory(final Path path) throws IOException {
        steps.reached("force-directory");
        disk.forceDirectory(path);
    }

    @Override
    public List<Entry> walk(final Path path) throws IOException {
        return disk.walk(path);
    }
}
