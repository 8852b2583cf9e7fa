package io.geminid.shuffle.sortmerge;

import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one process below one that processes share. A lock says that the process is
 * alive: the next one that starts removes what dead ones left (INV B6).
 *
 * <p>Any thread.
 */
public final class ProcessDirectory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessDirectory.class);

    private static final String PREFIX = "process-";
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel lockFile;

    private ProcessDirectory(final Path path, final FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Makes the directory of a process, and removes those of processes that are gone.
     *
     * @param shared by all processes; made if it is not there
     * @param processId new at each start of a process
     * @return the directory, only its owner's, locked until it is closed
     * @throws IOException names the directory
     */
    public static ProcessDirectory create(final Path shared, final UUID processId)
            throws IOException {
        PartitionFiles.createDirectory(shared);
        removeDead(shared);
        final Path path = shared.resolve(PREFIX + processId);
        PartitionFiles.createDirectory(path);
        final FileChannel lockFile =
                FileChannel.open(
                        path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (lockFile.tryLock() == null) {
            lockFile.close();
            throw new IOException("directory=" + path + " belongs to another process");
        }
        return new ProcessDirectory(path, lockFile);
    }

    /**
     * Removes what a process left that is known to be dead. Idempotent.
     *
     * @param shared as given to {@link #create}
     * @param processId of the dead process
     */
    public static void removeDead(final Path shared, final UUID processId) {
        final Path directory = shared.resolve(PREFIX + processId);
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            removeAll(directory);
        }
    }

    private static void removeDead(final Path shared) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(shared, PREFIX + "*")) {
            for (final Path directory : all) {
                if (isDead(directory)) {
                    LOG.info("removing what a dead process left: directory={}", directory);
                    removeAll(directory);
                }
            }
        }
    }

    /** A directory without a lock file is being made, or is no process's at all: it stays. */
    private static boolean isDead(final Path directory) {
        try (FileChannel lockFile =
                        FileChannel.open(
                                directory.resolve(LOCK),
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS);
                FileLock lock = lockFile.tryLock()) {
            return lock != null;
        } catch (final NoSuchFileException e) {
            return false;
        } catch (final IOException | OverlappingFileLockException e) {
            LOG.debug("directory={} is left alone", directory, e);
            return false;
        }
    }

    /**
     * Removes a directory and all that is in it; what vanishes meanwhile is not missed.
     *
     * @param directory which
     */
    static void removeAll(final Path directory) {
        final List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(directory)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        } catch (final IOException e) {
            LOG.warn("cannot remove directory={}", directory, e);
            return;
        }
        for (final Path each : deepestFirst) {
            try {
                Files.deleteIfExists(each);
            } catch (final IOException e) {
                LOG.warn("cannot remove file={}", each, e);
            }
        }
    }

    /**
     * @return the process's own
     */
    public Path path() {
        return path;
    }

    /** Removes the directory. Idempotent. */
    @Override
    public void close() {
        removeAll(path);
        try {
            lockFile.close();
        } catch (final IOException e) {
            LOG.warn("cannot close the lock of directory={}", path, e);
        }
    }
}
