package io.geminid.shuffle.sortmerge.format;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.event.EndOfData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Reads and writes what {@link PartitionIndex} draws. Stateless; any thread. */
public final class IndexCodec {

    /** The version that is written, and the only one that can be read. */
    static final int VERSION = 1;

    private static final long DATA_MAGIC = 0x41544144_444E4D47L; // "GMNDDATA"
    private static final long INDEX_MAGIC = 0x58444E49_444E4D47L; // "GMNDINDX"

    private static final int HEADER_CRC_AT = PartitionFiles.HEADER_BYTES - Integer.BYTES;
    private static final int END_DRAINED = 1;
    private static final int END_NOT_DRAINED = 2;
    private static final int END_NOT_TOLD = 3;
    private static final int RECORDS_ACROSS = 4;
    private static final int FIXED_BYTES =
            PartitionFiles.HEADER_BYTES + 2 * Integer.BYTES + Long.BYTES;

    private IndexCodec() {}

    /**
     * The first bytes of the data file.
     *
     * @param index of the partition
     * @return ready to be written
     */
    public static ByteBuffer dataHeader(final PartitionIndex index) {
        final ByteBuffer out = allocate(PartitionFiles.HEADER_BYTES);
        putHeader(out, DATA_MAGIC, index);
        return out.flip();
    }

    private static ByteBuffer allocate(final int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void putHeader(
            final ByteBuffer out, final long magic, final PartitionIndex index) {
        final ResultPartitionId id = index.id();
        out.putLong(magic).putInt(VERSION).putInt(index.tag()).putLong(id.jobId());
        out.putInt(id.dataSet()).putInt(id.producer()).putInt(id.attempt());
        out.putInt(index.subpartitionCount()).putInt(index.blockBytesMax());
        out.putInt(index.codec().code()).position(HEADER_CRC_AT);
        out.putInt((int) crc(out, HEADER_CRC_AT));
    }

    private static long crc(final ByteBuffer buffer, final int bytes) {
        final CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().position(0).limit(bytes));
        return crc.getValue();
    }

    /**
     * The whole index file.
     *
     * @param index of a complete data file
     * @return ready to be written
     */
    public static ByteBuffer encode(final PartitionIndex index) {
        long size = FIXED_BYTES + Integer.BYTES + 2L * Long.BYTES * index.subpartitionCount();
        for (final PartitionIndex.Region region : index.regions()) {
            size += (2L + region.ends().length) * Integer.BYTES;
        }
        if (size > PartitionFiles.INDEX_BYTES_MAX) {
            throw new IllegalStateException(
                    index + " indexBytes=" + size + " max=" + PartitionFiles.INDEX_BYTES_MAX);
        }
        final ByteBuffer out = allocate((int) size);
        putHeader(out, INDEX_MAGIC, index);
        out.putInt(endCode(index.endOfData()) | (index.recordsAcross() ? RECORDS_ACROSS : 0));
        out.putInt(index.regions().size()).putLong(index.dataBytes());
        for (final PartitionIndex.Region region : index.regions()) {
            out.putInt(region.broadcast() ? 1 : 0).putInt(region.ends().length);
            int before = 0;
            for (final int end : region.ends()) {
                out.putInt(end - before);
                before = end;
            }
        }
        for (int i = 0; i < index.subpartitionCount(); i++) {
            out.putLong(index.recordsOf(i)).putLong(index.bytesOf(i));
        }
        out.putInt((int) crc(out, out.position()));
        assert !out.hasRemaining();
        return out.flip();
    }

    private static int endCode(final EndOfData end) {
        if (end == null) {
            return END_NOT_TOLD;
        }
        return end.drain() ? END_DRAINED : END_NOT_DRAINED;
    }

    /**
     * Reads an index file.
     *
     * @param in all of its bytes, from index 0 to the limit, little-endian
     * @param expected whose it should be; null if any will do
     * @param file for messages
     * @return the index
     * @throws PartitionDamagedException if it is not exactly what {@link #encode} wrote
     */
    public static PartitionIndex decode(
            final ByteBuffer in, final ResultPartitionId expected, final Path file)
            throws PartitionDamagedException {
        final Decoder decoder = new Decoder(in.duplicate().order(ByteOrder.LITTLE_ENDIAN), file);
        decoder.id = expected;
        return decoder.index(expected);
    }

    /**
     * Compares the first bytes of a data file with what they should be.
     *
     * @param in the bytes read, fewer if the file is short
     * @param index of the partition
     * @param file for messages
     * @throws PartitionDamagedException if they differ
     */
    public static void checkDataHeader(
            final ByteBuffer in, final PartitionIndex index, final Path file)
            throws PartitionDamagedException {
        final ByteBuffer expected = dataHeader(index);
        if (expected.mismatch(in) >= 0) {
            throw new PartitionDamagedException(
                    index.id(), file, "header differs at byte=" + expected.mismatch(in), null);
        }
    }

    /** Reads one index file. */
    private static final class Decoder {

        private final ByteBuffer in;
        private final Path file;
        private ResultPartitionId id;

        Decoder(final ByteBuffer in, final Path file) {
            this.in = in;
            this.file = file;
        }

        PartitionIndex index(final ResultPartitionId expected) throws PartitionDamagedException {
            in.position(0);
            require(in.limit() >= FIXED_BYTES + Integer.BYTES, "indexBytes=" + in.limit());
            final long magic = in.getLong();
            require(magic == INDEX_MAGIC, "magic=" + Long.toHexString(magic));
            final int version = in.getInt();
            require(version == VERSION, "version=" + version + " readable=" + VERSION);
            final int crcAt = in.limit() - Integer.BYTES;
            require(in.getInt(crcAt) == (int) crc(in, crcAt), "checksum of the index");
            require(
                    in.getInt(HEADER_CRC_AT) == (int) crc(in, HEADER_CRC_AT),
                    "checksum of the header");
            final int tag = in.getInt();
            final PartitionIndex index = header(expected, tag);
            in.position(PartitionFiles.HEADER_BYTES);
            final int flags = in.getInt();
            final int end = flags & ~RECORDS_ACROSS;
            require(end >= END_DRAINED && end <= END_NOT_TOLD, "flags=" + flags);
            index.noteRecordAcross((flags & RECORDS_ACROSS) != 0);
            index.endOfData(end == END_NOT_TOLD ? null : new EndOfData(end == END_DRAINED));
            final int regions = in.getInt();
            final long dataBytes = in.getLong();
            for (int region = 0; region < regions; region++) {
                region(index);
            }
            require(index.dataBytes() == dataBytes, "dataBytes=" + dataBytes + " " + index);
            final long statistics = 2L * Long.BYTES * index.subpartitionCount();
            require(in.position() + statistics == crcAt, "indexBytes=" + in.limit() + " " + index);
            for (int i = 0; i < index.subpartitionCount(); i++) {
                index.statistics(i, in.getLong(), in.getLong());
            }
            return index;
        }

        private PartitionIndex header(final ResultPartitionId expected, final int tag)
                throws PartitionDamagedException {
            final long jobId = in.getLong();
            final int dataSet = in.getInt();
            final int producer = in.getInt();
            final int attempt = in.getInt();
            require(
                    dataSet >= 0 && producer >= 0 && attempt >= 0,
                    "dataSet=" + dataSet + " producer=" + producer + " attempt=" + attempt);
            final ResultPartitionId found =
                    new ResultPartitionId(jobId, dataSet, producer, attempt);
            require(expected == null || expected.equals(found), "it is that of " + found);
            id = found;
            require(tag == PartitionIndex.tag(found), "tag=" + tag);
            final int subpartitions = in.getInt();
            final int left = in.limit() - FIXED_BYTES;
            require(
                    subpartitions > 0 && 2L * Long.BYTES * subpartitions < left,
                    "subpartitions=" + subpartitions);
            final int blockBytesMax = in.getInt();
            require(
                    blockBytesMax > BlockHeader.BYTES
                            && blockBytesMax <= PartitionFiles.BLOCK_BYTES_MAX,
                    "blockBytesMax=" + blockBytesMax);
            final int code = in.getInt();
            final BlockCodec codec = BlockCodec.of(code);
            require(codec != null, "codec=" + code);
            return new PartitionIndex(found, subpartitions, blockBytesMax, codec);
        }

        private void region(final PartitionIndex index) throws PartitionDamagedException {
            require(in.remaining() >= 2 * Integer.BYTES, "regions end too early");
            final int broadcast = in.getInt();
            require(broadcast == 0 || broadcast == 1, "broadcast=" + broadcast);
            final int runs = in.getInt();
            require(
                    runs == (broadcast == 1 ? 1 : index.subpartitionCount())
                            && in.remaining() / Integer.BYTES >= runs,
                    "runs=" + runs);
            final int[] ends = new int[runs];
            long end = 0;
            for (int run = 0; run < runs; run++) {
                final int bytes = in.getInt();
                end += bytes;
                require(
                        bytes >= 0 && end <= PartitionIndex.REGION_BYTES_MAX,
                        "run=" + run + " bytes=" + bytes);
                ends[run] = (int) end;
            }
            index.addRegion(broadcast == 1, ends);
        }

        private void require(final boolean right, final String detail)
                throws PartitionDamagedException {
            if (!right) {
                throw new PartitionDamagedException(id, file, detail, null);
            }
        }
    }
}
