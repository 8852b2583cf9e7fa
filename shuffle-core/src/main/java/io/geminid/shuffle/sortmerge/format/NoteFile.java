package io.geminid.shuffle.sortmerge.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few bytes of a job's coordinator beside the job's partitions, replaced as a whole. Little-
 * endian:
 *
 * <pre>
 *   0  magic "GMNDNOTE" (8)
 *   8  version (4)
 *  12  length (4)
 *  16  the bytes
 *      CRC32C of all before (4)
 * </pre>
 *
 * <p>One thread at a time writes.
 *
 * @param directory of the job
 * @param sync whether a crash of the machine must not lose it
 */
public record NoteFile(Path directory, boolean sync) {

    /** Longer ones are refused: 8 bytes for each of a million regions, and as much to spare. */
    static final int LENGTH_MAX = 16 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(NoteFile.class);

    private static final long MAGIC = 0x45544F4E_444E4D47L; // "GMNDNOTE"
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 16;
    private static final String NAME = "note";

    private Path file() {
        return directory.resolve(NAME);
    }

    /**
     * Replaces the note.
     *
     * @param bytes at most {@link #LENGTH_MAX}
     * @throws IOException if it cannot be written; then the note before is still there
     */
    public void write(final byte[] bytes) throws IOException {
        if (bytes.length > LENGTH_MAX) {
            throw new IOException(
                    "file=" + file() + " bytes=" + bytes.length + " max=" + LENGTH_MAX);
        }
        final ByteBuffer out = allocate(HEADER_BYTES + bytes.length + Integer.BYTES);
        out.putLong(MAGIC).putInt(VERSION).putInt(bytes.length).put(bytes);
        out.putInt(crc(out, out.position())).flip();
        final Path part = directory.resolve(NAME + ".part");
        Files.deleteIfExists(part);
        try (FileChannel channel =
                FileChannel.open(
                        part,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PartitionFiles.OWNER_ONLY)) {
            while (out.hasRemaining()) {
                channel.write(out);
            }
            if (sync) {
                channel.force(true);
            }
        }
        Files.move(
                part, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (sync) {
            PartitionFiles.forceDirectory(directory);
        }
    }

    private static ByteBuffer allocate(final int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int crc(final ByteBuffer of, final int bytes) {
        final CRC32C crc = new CRC32C();
        crc.update(of.array(), 0, bytes);
        return (int) crc.getValue();
    }

    /**
     * Reads the note.
     *
     * @return its bytes; null if there is none, or if it is not what was written
     * @throws IOException if the system refuses
     */
    public byte[] read() throws IOException {
        final ByteBuffer in;
        try (FileChannel channel =
                FileChannel.open(
                        file(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            final long size = channel.size();
            if (size < HEADER_BYTES + Integer.BYTES
                    || size > HEADER_BYTES + LENGTH_MAX + Integer.BYTES) {
                return damaged("bytes=" + size);
            }
            in = allocate((int) size);
            while (in.hasRemaining() && channel.read(in) >= 0) {
                // Until all is there.
            }
        } catch (final NoSuchFileException e) {
            return null;
        }
        final int crcAt = in.capacity() - Integer.BYTES;
        if (in.hasRemaining() || in.getInt(crcAt) != crc(in, crcAt)) {
            return damaged("checksum");
        }
        in.rewind();
        final long magic = in.getLong();
        final int version = in.getInt();
        if (magic != MAGIC || version != VERSION || in.getInt() != crcAt - HEADER_BYTES) {
            return damaged("magic=" + Long.toHexString(magic) + " version=" + version);
        }
        final byte[] bytes = new byte[crcAt - HEADER_BYTES];
        in.get(bytes);
        return bytes;
    }

    private byte[] damaged(final String detail) {
        LOG.warn("file={} is damaged: {}", file(), detail);
        return null;
    }
}
