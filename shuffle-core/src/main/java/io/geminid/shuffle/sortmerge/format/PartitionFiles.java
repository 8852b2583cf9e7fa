package io.geminid.shuffle.sortmerge.format;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of a partition's files, and how they appear and vanish. Under a root there is a directory
 * for each job, which only its owner may enter; names consist of numbers only (S-21).
 *
 * <pre>
 *  ROOT/00000000000004d2/7-0-1.data.part    being written: data set 7, producer 0, attempt 1
 *  ROOT/00000000000004d2/7-0-1.data         complete
 *  ROOT/00000000000004d2/7-0-1.index        published: its appearance is what makes the partition
 * </pre>
 *
 * <p>Publishing renames the data file, then the index; with {@code sync} each file is forced to the
 * disk before and the directory afterwards. Removing deletes the index first. So whoever sees an
 * index sees a complete partition (INV B1).
 *
 * <p>Immutable; any thread.
 *
 * @param directory of the job
 * @param id identity of the partition, attempt included (INV B2)
 */
public record PartitionFiles(Path directory, ResultPartitionId id) {

    /** Size of the header of both files. */
    public static final int HEADER_BYTES = 64;

    /** Larger index files are refused: nobody needs them, and they are kept in memory. */
    public static final int INDEX_BYTES_MAX = 1 << 28;

    /** Larger blocks are refused: they would not fit a segment. */
    public static final int BLOCK_BYTES_MAX = 16 << 20;

    private static final String INDEX = ".index";
    private static final String DATA = ".data";
    private static final String PART = ".part";

    /** Of files that nobody else may read. */
    public static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final FileAttribute<?> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final Pattern NAME = Pattern.compile("(\\d{1,10})-(\\d{1,10})-(\\d{1,10})");

    private static final List<String> SUFFIXES = List.of(INDEX, DATA, DATA + PART, INDEX + PART);

    /**
     * Files of a partition under a root.
     *
     * @param root with a directory for each job
     * @param id which partition
     * @return their names; nothing is created
     */
    public static PartitionFiles under(final Path root, final ResultPartitionId id) {
        return new PartitionFiles(jobDirectory(root, id.jobId()), id);
    }

    /**
     * The directory of a job.
     *
     * @param root with a directory for each job
     * @param jobId which job
     * @return its name
     */
    public static Path jobDirectory(final Path root, final long jobId) {
        return root.resolve(String.format("%016x", jobId));
    }

    /**
     * The partition that an index file's name tells of.
     *
     * @param jobId of its directory
     * @param file a name
     * @return its identity; null if it is not the name of an index
     */
    public static ResultPartitionId ofIndexName(final long jobId, final String file) {
        return ofName(jobId, file, INDEX);
    }

    /**
     * The partition that a file's name tells of.
     *
     * @param jobId of its directory
     * @param file a name
     * @return its identity; null if it is not the name of a partition's file, complete or not
     */
    public static ResultPartitionId ofName(final long jobId, final String file) {
        for (final String suffix : SUFFIXES) {
            final ResultPartitionId found = ofName(jobId, file, suffix);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static ResultPartitionId ofName(
            final long jobId, final String file, final String suffix) {
        if (!file.endsWith(suffix)) {
            return null;
        }
        final Matcher name = NAME.matcher(file.substring(0, file.length() - suffix.length()));
        if (!name.matches()) {
            return null;
        }
        try {
            return new ResultPartitionId(
                    jobId,
                    Integer.parseInt(name.group(1)),
                    Integer.parseInt(name.group(2)),
                    Integer.parseInt(name.group(3)));
        } catch (final NumberFormatException e) {
            return null;
        }
    }

    /**
     * Makes a directory that only its owner may enter, and those above it.
     *
     * @param directory may exist
     * @throws IOException names the directory
     */
    public static void createDirectory(final Path directory) throws IOException {
        Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
    }

    /**
     * @return the complete data file
     */
    public Path data() {
        return directory.resolve(name() + DATA);
    }

    /**
     * @return the index file
     */
    public Path index() {
        return directory.resolve(name() + INDEX);
    }

    /**
     * @return the data file while it is written
     */
    public Path dataPart() {
        return directory.resolve(name() + DATA + PART);
    }

    private Path indexPart() {
        return directory.resolve(name() + INDEX + PART);
    }

    private String name() {
        return id.dataSet() + "-" + id.producer() + "-" + id.attempt();
    }

    /**
     * Creates the data file, and the directory if it is the first.
     *
     * @return open for writing
     * @throws IOException if it exists: somebody else writes the same attempt; names the file
     */
    public FileChannel createData() throws IOException {
        createDirectory(directory);
        return create(dataPart());
    }

    private static FileChannel create(final Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                OWNER_ONLY);
    }

    /**
     * Lets readers see the partition. The data file is complete, closed, and forced if {@code
     * sync}.
     *
     * @param content of the index
     * @param sync whether a crash of the machine must not lose it
     * @throws IOException names the file; the partition is then not visible
     */
    public void publish(final PartitionIndex content, final boolean sync) throws IOException {
        if (Files.exists(index(), LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("file=" + index() + " exists: the attempt was published before");
        }
        try (FileChannel channel = create(indexPart())) {
            final ByteBuffer bytes = IndexCodec.encode(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (sync) {
                channel.force(true);
            }
        }
        Files.move(dataPart(), data());
        try {
            Files.move(indexPart(), index());
        } catch (final IOException e) {
            Files.deleteIfExists(data());
            throw e;
        }
        if (sync) {
            forceDirectory(directory);
        }
    }

    /**
     * Makes the names in a directory survive a crash of the machine.
     *
     * @param directory which
     * @throws IOException if the system refuses
     */
    public static void forceDirectory(final Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Reads the index of a published partition.
     *
     * @return the index; null if there is no such partition
     * @throws PartitionDamagedException if it is not what was written
     */
    public PartitionIndex readIndex() throws PartitionDamagedException {
        try (FileChannel channel =
                FileChannel.open(
                        index(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            final long size = channel.size();
            if (size > INDEX_BYTES_MAX) {
                throw new PartitionDamagedException(
                        id, index(), "indexBytes=" + size + " max=" + INDEX_BYTES_MAX, null);
            }
            final ByteBuffer bytes = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Until all is there.
            }
            return IndexCodec.decode(bytes.flip(), id, index());
        } catch (final NoSuchFileException e) {
            return null;
        } catch (final PartitionDamagedException e) {
            throw e;
        } catch (final IOException e) {
            throw new PartitionDamagedException(id, index(), e.toString(), e);
        }
    }

    /**
     * What the job of the partition has in the directory, of all its partitions.
     *
     * @return bytes of files, of this moment
     * @throws IOException if the system refuses
     */
    public long jobBytes() throws IOException {
        long bytes = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (final Path file : all) {
                try {
                    bytes += Files.size(file);
                } catch (final NoSuchFileException e) {
                    assert e != null; // released meanwhile: it counts no more
                }
            }
        } catch (final NoSuchFileException e) {
            return 0; // nothing of the job was written yet
        }
        return bytes;
    }

    /**
     * Removes the partition, published or not, and its directory if it was the last. Idempotent.
     *
     * @throws IOException if the system refuses
     */
    public void delete() throws IOException {
        Files.deleteIfExists(index());
        Files.deleteIfExists(data());
        deletePart();
    }

    /**
     * Removes what was written and not published.
     *
     * @throws IOException if the system refuses
     */
    public void deletePart() throws IOException {
        Files.deleteIfExists(dataPart());
        Files.deleteIfExists(indexPart());
    }

    @Override
    public String toString() {
        return "partition=" + id + " directory=" + directory;
    }
}
