package io.geminid.shuffle.sortmerge;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.write.WriteOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The directory of a shuffle service. Workers of the same host write their partitions into it; what
 * is published there is the service's, whatever becomes of the worker. All that the service knows
 * is in it, so a service that is killed goes on where it was when it is started again.
 *
 * <pre>
 *  ROOT/lock                          held by the service that runs
 *  ROOT/address                       where it listens, host and port
 *  ROOT/quota                         bytes that one job may have; none if it is not there
 *  ROOT/jobs/00000000000004d2/lease   touched by whoever writes or reads partitions of the job
 *  ROOT/jobs/00000000000004d2/master  held by the coordinator that runs the job, see {@link
 *                                     ServiceJob}
 *  ROOT/jobs/00000000000004d2/...     {@link PartitionFiles}, and who may read them
 * </pre>
 *
 * <p>Any thread.
 */
public final class ServiceDirectory implements AutoCloseable {

    private static final String ADDRESS = "address";
    private static final String JOBS = "jobs";
    private static final String LEASE = "lease";
    private static final String LOCK = "lock";
    private static final String QUOTA = "quota";

    private final Path root;
    private final FileChannel lockFile;

    private ServiceDirectory(final Path root, final FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /**
     * Takes a directory over, as the service that runs there.
     *
     * @param root made if it is not there; only its owner may enter
     * @return the directory, locked until it is closed
     * @throws IOException if another service runs there; names the directory
     */
    public static ServiceDirectory open(final Path root) throws IOException {
        PartitionFiles.createDirectory(jobs(root));
        final FileChannel lockFile =
                FileChannel.open(
                        root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!lockOrClose(lockFile)) {
            throw new IOException("directory=" + root + " has a shuffle service that runs");
        }
        return new ServiceDirectory(root, lockFile);
    }

    /** Locks a file until it is closed; if somebody else has it, closes it. */
    static boolean lockOrClose(final FileChannel file) throws IOException {
        boolean locked = false;
        try {
            locked = file.tryLock() != null;
        } catch (final OverlappingFileLockException e) {
            assert e != null; // somebody in this process has it
        } finally {
            if (!locked) {
                file.close();
            }
        }
        return locked;
    }

    /**
     * Where partitions are.
     *
     * @param root of the service
     * @return with a directory for each job
     */
    public static Path jobs(final Path root) {
        return root.resolve(JOBS);
    }

    /**
     * Says where the service listens.
     *
     * @param address for consumers
     * @throws IOException if it cannot be written
     */
    public void announce(final InetSocketAddress address) throws IOException {
        replace(ADDRESS, address.getHostString() + ' ' + address.getPort() + '\n');
    }

    private void replace(final String name, final String content) throws IOException {
        final Path part = root.resolve(name + ".part");
        Files.writeString(part, content);
        Files.move(
                part,
                root.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Limits what each job may have here. Whoever writes a partition of it looks before each
     * region, and fails when there is no more; what is published stays readable.
     *
     * @param bytes most of one job; {@link WriteOptions#UNLIMITED}: no limit
     * @throws IOException if it cannot be written
     */
    public void limitJobs(final long bytes) throws IOException {
        if (bytes == WriteOptions.UNLIMITED) {
            Files.deleteIfExists(root.resolve(QUOTA));
        } else {
            replace(QUOTA, bytes + "\n");
        }
    }

    /**
     * What one job may have in the directory of a service.
     *
     * @param root of the service
     * @return bytes; {@link WriteOptions#UNLIMITED} if there is no limit
     * @throws IOException if that cannot be read; names the file
     */
    static long jobQuota(final Path root) throws IOException {
        final Path file = root.resolve(QUOTA);
        try {
            return Long.parseLong(Files.readString(file).trim());
        } catch (final NoSuchFileException e) {
            return WriteOptions.UNLIMITED;
        } catch (final NumberFormatException e) {
            throw new IOException("file=" + file + " has no quota", e);
        }
    }

    /**
     * Where the service of a directory listens, or listened last.
     *
     * @param root of the service
     * @return its address; null if none ever ran there
     * @throws IOException if that cannot be read; names the file
     */
    public static InetSocketAddress address(final Path root) throws IOException {
        final Path file = root.resolve(ADDRESS);
        try {
            final String[] words = Files.readString(file).trim().split(" ", -1);
            return new InetSocketAddress(words[0], Integer.parseInt(words[1]));
        } catch (final NoSuchFileException e) {
            return null;
        } catch (final IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("file=" + file + " has no address", e);
        }
    }

    /**
     * Renews the lease of a job.
     *
     * @param jobs see {@link #jobs}
     * @param jobId which
     * @param now wall-clock time
     * @throws IOException if the system refuses
     */
    static void renew(final Path jobs, final long jobId, final Instant now) throws IOException {
        final Path job = PartitionFiles.jobDirectory(jobs, jobId);
        PartitionFiles.createDirectory(job);
        final Path lease = job.resolve(LEASE);
        if (!Files.exists(lease)) {
            Files.write(lease, new byte[0], StandardOpenOption.CREATE);
        }
        Files.setLastModifiedTime(lease, FileTime.from(now));
    }

    /**
     * Removes the jobs whose lease is over and that no coordinator has (INV B5), and all they left.
     *
     * @param now wall-clock time
     * @param lease how long nobody may have written or read
     * @return directories that are gone
     * @throws IOException if the directory cannot be read
     */
    public List<Path> sweep(final Instant now, final Duration lease) throws IOException {
        final List<Path> gone = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(jobs(root))) {
            for (final Path job : all) {
                if (lastUse(job).isBefore(now.minus(lease)) && ServiceJob.remove(job)) {
                    gone.add(job);
                }
            }
        }
        return gone;
    }

    /** A file that is being written is in use, however long that takes. */
    private static Instant lastUse(final Path job) throws IOException {
        Instant last = Files.getLastModifiedTime(job).toInstant();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(job)) {
            for (final Path file : all) {
                final Instant used = Files.getLastModifiedTime(file).toInstant();
                last = used.isAfter(last) ? used : last;
            }
        } catch (final NoSuchFileException e) {
            return Instant.MAX; // something is being released at this moment: not now
        }
        return last;
    }

    /**
     * Removes a partition. Idempotent.
     *
     * @param root of the service
     * @param id which
     * @throws IOException if the system refuses
     */
    public static void delete(final Path root, final ResultPartitionId id) throws IOException {
        PartitionFiles.under(jobs(root), id).delete();
    }

    /** Lets another service run here; partitions stay. */
    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
