package io.geminid.shuffle.sortmerge.read;

import io.geminid.shuffle.sortmerge.format.IndexCodec;
import io.geminid.shuffle.sortmerge.format.PartitionDamagedException;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.format.PartitionIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;

/**
 * A published partition that has readers: its index and its open file. Both are there from the
 * first reader's first demand to the last reader's end.
 */
final class StoredPartition {

    /** A place that a view wants to be read. */
    record Want(long offset, long serial) implements Comparable<Want> {

        @Override
        public int compareTo(final Want other) {
            final int byOffset = Long.compare(offset, other.offset);
            return byOffset != 0 ? byOffset : Long.compare(serial, other.serial);
        }
    }

    private final PartitionFiles files;

    // Guarded by the reader's lock.
    final Set<StoredView> views = new HashSet<>();

    /** Those that want a block, in the order of the file. */
    final TreeMap<Want, StoredView> wanting = new TreeMap<>();

    /** In the queue of partitions that have views which want something. */
    boolean queued;

    /** Where the disk is: what lies behind it comes first, then what lies before. */
    long position;

    // Disk thread only.
    private PartitionIndex index;
    private FileChannel channel;

    StoredPartition(final PartitionFiles files) {
        this.files = files;
    }

    PartitionFiles files() {
        return files;
    }

    /** The index; reads it at the first call, and checks that the data file belongs to it. */
    PartitionIndex index(final int segmentBytes) throws PartitionDamagedException {
        if (index == null) {
            final PartitionIndex read = files.readIndex();
            if (read == null) {
                throw damaged(files.index() + " does not exist", null);
            }
            if (read.blockBytesMax() > segmentBytes) {
                throw damaged(
                        "blockBytesMax="
                                + read.blockBytesMax()
                                + " segmentBytes="
                                + segmentBytes
                                + ": geminid.memory.segment-bytes must not be less than the"
                                + " writer's",
                        null);
            }
            open(read);
            index = read;
        }
        return index;
    }

    private void open(final PartitionIndex of) throws PartitionDamagedException {
        try {
            channel =
                    FileChannel.open(
                            files.data(),
                            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            if (channel.size() != of.dataBytes()) {
                throw damaged("bytes=" + channel.size() + " expected=" + of.dataBytes(), null);
            }
            final ByteBuffer head =
                    ByteBuffer.allocate(PartitionFiles.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            while (head.hasRemaining() && channel.read(head) >= 0) {
                // Until all is there.
            }
            IndexCodec.checkDataHeader(head.flip(), of, files.data());
        } catch (final PartitionDamagedException e) {
            close();
            throw e;
        } catch (final IOException e) {
            close();
            throw damaged(e.toString(), e);
        }
    }

    /**
     * Reads from an offset of the data file until all buffers are full.
     *
     * @return how many system calls it took
     */
    int read(final long offset, final ByteBuffer[] into, final int count)
            throws PartitionDamagedException {
        int calls = 0;
        try {
            channel.position(offset);
            while (into[count - 1].hasRemaining()) {
                calls++;
                if (channel.read(into, 0, count) < 0) {
                    throw damaged(
                            "ends at byte=" + channel.size() + " expected=" + index.dataBytes(),
                            null);
                }
            }
        } catch (final PartitionDamagedException e) {
            throw e;
        } catch (final IOException e) {
            throw damaged("offset=" + offset + " " + e, e);
        }
        return calls;
    }

    PartitionDamagedException damaged(final String detail, final Throwable cause) {
        return new PartitionDamagedException(files.id(), files.data(), detail, cause);
    }

    /** Disk thread. */
    void close() {
        index = null;
        final FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (final IOException e) {
                // It was only read: there is nothing to lose.
                assert e != null;
            }
        }
    }

    @Override
    public String toString() {
        return files.toString();
    }
}
