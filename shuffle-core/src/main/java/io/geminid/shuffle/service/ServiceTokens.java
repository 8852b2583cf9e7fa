package io.geminid.shuffle.service;

import io.geminid.shuffle.sortmerge.ServiceDirectory;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.transport.link.JobToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may read what is in the directory of a shuffle service. A service outlives the clusters that
 * write there and has no secret of its own: a worker that writes files of a job puts its token
 * beside them, which only their owner can read, and from then on who wants to read files of that
 * job must prove to know one of the job's tokens. A job of workers without a token is anybody's.
 *
 * <pre>
 *  ROOT/jobs/00000000000004d2/guarded        only who proves to know a token may read
 *  ROOT/jobs/00000000000004d2/token-ID       such a token, 32 bytes
 * </pre>
 *
 * <p>Any thread.
 */
final class ServiceTokens {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceTokens.class);

    private static final String GUARDED = "guarded";
    private static final String TOKEN = "token-";

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path jobs;

    /**
     * @param root of the service
     */
    ServiceTokens(final Path root) {
        jobs = ServiceDirectory.jobs(root);
    }

    /** What a service lets in: whoever knows the token of a job that is here. */
    JobToken ring(final RandomGenerator random) {
        return JobToken.ofRing(this::find, random);
    }

    /** The name is that of a file, so it is the same in all jobs that have it. */
    private byte[] find(final String id) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(jobs)) {
            for (final Path job : all) {
                final Path file = job.resolve(TOKEN + id);
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    final byte[] bytes = Files.readAllBytes(file);
                    return bytes.length == JobToken.LENGTH_BYTES ? bytes : null;
                }
            }
        } catch (final NoSuchFileException e) {
            return null; // its lease ended at this moment
        } catch (final IOException e) {
            LOG.warn("cannot look for token={}", id, e);
        }
        return null;
    }

    /**
     * Lets those read a job's files who know a token. Does nothing without one.
     *
     * @param token of whoever writes
     */
    void admit(final long jobId, final JobToken token) {
        if (token.id().isEmpty()) {
            return;
        }
        final Path job = PartitionFiles.jobDirectory(jobs, jobId);
        final Path file = job.resolve(TOKEN + token.id());
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            PartitionFiles.createDirectory(job);
            touch(job.resolve(GUARDED));
            final Path part = Files.createTempFile(job, TOKEN, ".part", OWNER_ONLY);
            Files.write(part, token.toBytes());
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (final IOException e) {
            throw new UncheckedIOException("directory=" + job + ": " + e.getMessage(), e);
        }
    }

    /**
     * Lets only those read a job's files from now on who know a token: its cluster has taken the
     * job over from those before. Does nothing without one.
     */
    void admitOnly(final long jobId, final JobToken token) throws IOException {
        admit(jobId, token);
        if (token.id().isEmpty()) {
            return;
        }
        final Path job = PartitionFiles.jobDirectory(jobs, jobId);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(job, TOKEN + "*")) {
            for (final Path file : all) {
                if (!file.getFileName().toString().equals(TOKEN + token.id())) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static void touch(final Path file) throws IOException {
        try {
            Files.createFile(file, OWNER_ONLY);
        } catch (final FileAlreadyExistsException e) {
            LOG.trace("file={} is there", file);
        }
    }

    /**
     * Whether a peer may read a job's files.
     *
     * @param tokenId what it has proved to know; empty: nothing
     */
    boolean mayRead(final long jobId, final String tokenId) {
        final Path job = PartitionFiles.jobDirectory(jobs, jobId);
        return !Files.exists(job.resolve(GUARDED), LinkOption.NOFOLLOW_LINKS)
                || !tokenId.isEmpty()
                        && Files.isRegularFile(
                                job.resolve(TOKEN + tokenId), LinkOption.NOFOLLOW_LINKS);
    }
}
