package io.geminid.state.gemini.spill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.CRC32C;

/**
 * The files of one store, as numbered slots of one size, each of them blocks with a checksum. The
 * lowest free slots are used first; a file without used slots is deleted.
 *
 * <p>Task thread only, but {@link Reader}s. Owns its files until {@link #close}.
 */
public final class SpillFiles implements AutoCloseable {

    /** What a host keeps that many of open for terabytes, and what is given back at once. */
    private static final int FILE_BYTES = 64 << 20;

    private static final String LIMIT_KEY = "geminid.state.gemini.disk-max-bytes";
    private static final String DIRECTORY_KEY = "geminid.state.local-dir";

    private final SpillSpace space;
    private final String store;
    private final String prefix;
    private final int slotBytes;
    private final int blockBytes;
    private final int slotsPerFile;
    private final BitSet used = new BitSet();
    private int[] usedOfFile = new int[1];
    private int filesMade;

    // Guarded by this for readers on other threads; changed by the task thread only.
    private int[] checksums = new int[64];
    private OneFile[] files = new OneFile[1];

    private record OneFile(Path path, SpillDisk.SpillFile file) {}

    /**
     * No files yet.
     *
     * @param space where and how much
     * @param store for messages
     * @param prefix of the files' names, which nobody else uses
     * @param slotBytes size of a slot
     * @param blockBytes size of a block, which slots have a whole number of
     */
    public SpillFiles(
            final SpillSpace space,
            final String store,
            final String prefix,
            final int slotBytes,
            final int blockBytes) {
        this.space = space;
        this.store = store;
        this.prefix = prefix;
        this.slotBytes = slotBytes;
        this.blockBytes = blockBytes;
        this.slotsPerFile = Math.max(1, FILE_BYTES / slotBytes);
    }

    /**
     * Takes a slot, whose content is undefined.
     *
     * @return its number
     * @throws SpillException if the limit is reached, or a file cannot be made
     */
    public int take() {
        if (!space.take(slotBytes)) {
            throw new SpillException(
                    "store="
                            + store
                            + " directory="
                            + space.directory()
                            + " usedBytes="
                            + space.usedBytes()
                            + " of "
                            + LIMIT_KEY
                            + "="
                            + space.bytesMax()
                            + ": its state does not fit into memory and on disk; raise that key,"
                            + " geminid.memory.max-bytes or the parallelism",
                    null);
        }
        final int slot = used.nextClearBit(0);
        final int file = slot / slotsPerFile;
        if (file >= files.length) {
            usedOfFile = Arrays.copyOf(usedOfFile, 2 * file);
        }
        if (file >= files.length || files[file] == null) {
            final OneFile made = make();
            synchronized (this) {
                files = file < files.length ? files : Arrays.copyOf(files, 2 * file);
                files[file] = made;
            }
        }
        used.set(slot);
        usedOfFile[file]++;
        final int blocks = (slot + 1) * (slotBytes / blockBytes);
        if (blocks > checksums.length) {
            synchronized (this) {
                checksums = Arrays.copyOf(checksums, Math.max(blocks, 2 * checksums.length));
            }
        }
        return slot;
    }

    private OneFile make() {
        filesMade++;
        final Path path = space.directory().resolve(prefix + "-" + filesMade + ".spill");
        try {
            return new OneFile(path, space.disk().create(path));
        } catch (final IOException e) {
            space.giveBack(slotBytes);
            throw failed(path, "cannot be made", e);
        }
    }

    private SpillException failed(final Path path, final String what, final IOException cause) {
        return new SpillException(
                "store="
                        + store
                        + " file="
                        + path
                        + " "
                        + what
                        + ": "
                        + cause.getMessage()
                        + "; make room there, or point "
                        + DIRECTORY_KEY
                        + " at another disk, or lower "
                        + LIMIT_KEY,
                cause);
    }

    /**
     * Fills a slot, from its begin.
     *
     * @param slot taken
     * @param content is consumed; whole blocks, at most a slot
     * @throws SpillException if the disk is full or fails
     */
    public void write(final int slot, final ByteBuffer content) {
        final OneFile file = files[slot / slotsPerFile];
        final int firstBlock = slot * (slotBytes / blockBytes);
        final int begin = content.position();
        final int end = content.limit();
        final CRC32C crc = new CRC32C();
        int block = firstBlock;
        for (int at = begin; at < end; at += blockBytes) {
            crc.reset();
            crc.update(content.limit(at + blockBytes).position(at));
            checksums[block] = (int) crc.getValue();
            block++;
        }
        content.limit(end).position(begin);
        try {
            file.file.write(positionOf(slot), content);
        } catch (final IOException e) {
            throw failed(file.path, "cannot be written", e);
        }
    }

    private long positionOf(final int slot) {
        return (long) (slot % slotsPerFile) * slotBytes;
    }

    /**
     * Gives a slot back; the last one of a file takes the file with it.
     *
     * @param slot taken
     */
    public void free(final int slot) {
        final int file = slot / slotsPerFile;
        used.clear(slot);
        space.giveBack(slotBytes);
        usedOfFile[file]--;
        if (usedOfFile[file] == 0) {
            final OneFile empty = files[file];
            synchronized (this) {
                files[file] = null;
            }
            delete(empty);
        }
    }

    private void delete(final OneFile file) {
        try {
            file.file.close();
            Files.deleteIfExists(file.path);
        } catch (final IOException e) {
            throw failed(file.path, "cannot be deleted", e);
        }
    }

    /**
     * Slots in use.
     *
     * @return 0 or more
     */
    public int usedSlots() {
        return used.cardinality();
    }

    /** Deletes all files. */
    @Override
    public void close() {
        for (int slot = used.nextSetBit(0); slot >= 0; slot = used.nextSetBit(slot)) {
            free(slot);
        }
    }

    /**
     * Makes a reader for one thread.
     *
     * @return any thread's
     */
    public Reader reader() {
        return new Reader();
    }

    /** Reads blocks. One thread at a time. */
    public final class Reader {

        private final CRC32C crc = new CRC32C();
        private final int[] expected = new int[slotBytes / blockBytes];

        private Reader() {}

        /**
         * Reads blocks of a slot.
         *
         * @param slot written and not freed meanwhile
         * @param block the first one
         * @param target filled from its position to its limit: whole blocks
         * @throws SpillException if the disk fails, or has not what was written
         */
        public void read(final int slot, final int block, final ByteBuffer target) {
            final int blocks = target.remaining() / blockBytes;
            final OneFile file;
            synchronized (SpillFiles.this) {
                file = files[slot / slotsPerFile];
                final int first = slot * (slotBytes / blockBytes) + block;
                System.arraycopy(checksums, first, expected, 0, blocks);
            }
            final long position = positionOf(slot) + (long) block * blockBytes;
            final int begin = target.position();
            final int end = target.limit();
            try {
                file.file.read(position, target);
            } catch (final IOException e) {
                throw failed(file.path, "cannot be read at=" + position, e);
            }
            if (target.position() < end) {
                throw damaged(file.path, position, "bytes=" + (target.position() - begin));
            }
            for (int i = 0; i < blocks; i++) {
                final int at = begin + i * blockBytes;
                crc.reset();
                crc.update(target.limit(at + blockBytes).position(at));
                if ((int) crc.getValue() != expected[i]) {
                    throw damaged(
                            file.path,
                            position + (long) i * blockBytes,
                            "crc=0x"
                                    + Integer.toHexString((int) crc.getValue())
                                    + " written=0x"
                                    + Integer.toHexString(expected[i]));
                }
            }
            target.limit(end);
        }

        private SpillException damaged(final Path path, final long position, final String what) {
            return new SpillException(
                    "store="
                            + store
                            + " file="
                            + path
                            + " at="
                            + position
                            + " "
                            + what
                            + ": the disk has not what was written there; point "
                            + DIRECTORY_KEY
                            + " at another one",
                    null);
        }
    }
}
