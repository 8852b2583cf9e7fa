package io.geminid.shuffle.sortmerge;

import io.geminid.shuffle.KeptJob;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.sortmerge.format.NoteFile;
import io.geminid.shuffle.sortmerge.format.PartitionDamagedException;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.format.PartitionIndex;
import io.geminid.shuffle.sortmerge.read.PartitionVerifier;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a job in that of a shuffle service, as its coordinator has it.
 *
 * <pre>
 *  ROOT/jobs/00000000000004d2/master   locked by the coordinator, so that there is one
 *  ROOT/jobs/00000000000004d2/note     see {@link NoteFile}
 * </pre>
 *
 * <p>A lock ends with its process, however that dies. A job that is locked keeps its files when its
 * lease is over.
 */
public final class ServiceJob implements KeptJob {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceJob.class);

    private static final String MASTER = "master";

    /** Its lease may end at the very moment when it is opened. */
    private static final int OPEN_TRIES = 10;

    private final long jobId;
    private final Path jobs;
    private final Options options;
    private final NoteFile note;
    private final FileChannel lockFile;

    /**
     * How it is read and written.
     *
     * @param segmentBytes of those who will read its partitions
     * @param sync whether a crash of the machine must not lose the note
     */
    public record Options(int segmentBytes, boolean sync) {}

    private ServiceJob(
            final Path jobs, final long jobId, final Options options, final FileChannel lockFile) {
        this.jobId = jobId;
        this.jobs = jobs;
        this.options = options;
        this.lockFile = lockFile;
        note = new NoteFile(PartitionFiles.jobDirectory(jobs, jobId), options.sync());
    }

    /**
     * Takes a job over and renews its lease.
     *
     * @param root of the service
     * @param jobId which; its directory is made if it is not there
     * @param options how it is read and written
     * @param now wall-clock time
     * @return the job, until it is closed
     * @throws IOException if another coordinator has it; names the directory
     */
    public static ServiceJob open(
            final Path root, final long jobId, final Options options, final Instant now)
            throws IOException {
        final Path jobs = ServiceDirectory.jobs(root);
        final Path master = PartitionFiles.jobDirectory(jobs, jobId).resolve(MASTER);
        for (int i = 0; i < OPEN_TRIES; i++) {
            ServiceDirectory.renew(jobs, jobId, now);
            final FileChannel lockFile = openLock(master);
            if (!ServiceDirectory.lockOrClose(lockFile)) {
                break;
            }
            if (Files.exists(master, LinkOption.NOFOLLOW_LINKS)) {
                return new ServiceJob(jobs, jobId, options, lockFile);
            }
            lockFile.close(); // of a directory that was removed between: nobody else would see it
        }
        throw new IOException(
                "directory=" + master.getParent() + " is in use: another coordinator runs the job");
    }

    private static FileChannel openLock(final Path master) throws IOException {
        return FileChannel.open(
                master,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                PartitionFiles.OWNER_ONLY);
    }

    /** Removes a job's directory unless a coordinator has it; none can take it over meanwhile. */
    static boolean remove(final Path directory) throws IOException {
        try (FileChannel lockFile =
                FileChannel.open(
                        directory.resolve(MASTER),
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS)) {
            if (!ServiceDirectory.lockOrClose(lockFile)) {
                return false;
            }
            ProcessDirectory.removeAll(directory);
        } catch (final NoSuchFileException e) {
            ProcessDirectory.removeAll(directory); // no coordinator ever took it over
        }
        return true;
    }

    @Override
    public byte[] note() throws IOException {
        return note.read();
    }

    @Override
    public void note(final byte[] bytes) throws IOException {
        note.write(bytes);
    }

    @Override
    public int attemptMax() throws IOException {
        return left().stream().mapToInt(ResultPartitionId::attempt).max().orElse(NO_ATTEMPT);
    }

    /** All partitions of which there is a file. */
    private Set<ResultPartitionId> left() throws IOException {
        final Set<ResultPartitionId> found = new HashSet<>();
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(PartitionFiles.jobDirectory(jobs, jobId))) {
            for (final Path file : all) {
                final ResultPartitionId id =
                        PartitionFiles.ofName(jobId, file.getFileName().toString());
                if (id != null) {
                    found.add(id);
                }
            }
        }
        return found;
    }

    @Override
    public boolean isComplete(final PartitionDescriptor expected) {
        try {
            final PartitionIndex index =
                    PartitionVerifier.verifyIndex(
                            PartitionFiles.under(jobs, expected.id()), options.segmentBytes());
            return index.subpartitionCount() == expected.subpartitionCount();
        } catch (final PartitionDamagedException e) {
            LOG.info("not kept: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public void keepOnly(final Set<ResultPartitionId> partitions) throws IOException {
        for (final ResultPartitionId id : left()) {
            if (!partitions.contains(id)) {
                PartitionFiles.under(jobs, id).delete();
            }
        }
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (final IOException e) {
            LOG.warn("cannot close the lock of job={}", Long.toHexString(jobId), e);
        }
    }
}
