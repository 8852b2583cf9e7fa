package io.geminid.shuffle.sortmerge.format;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.event.EndOfData;
import java.util.ArrayList;
import java.util.List;

/**
 * Where everything of a stored partition is. Kept in memory as long as the partition has readers.
 *
 * <p>The <b>data file</b> is a header and then regions. A region is what was in memory at one time,
 * sorted by subpartition: a run of blocks for each subpartition, in their order, without gaps. What
 * a subpartition holds is its runs of all regions, one after the other. In a region that is the
 * same for all subpartitions (a broadcast) there is only one run. Nothing is ever merged: every
 * byte is written once.
 *
 * <pre>
 *  data:   +--------+----------- region 0 -----------+----------- region 1 -----------+
 *          | header | run 0 | run 1 | ... | run n-1  | run 0 | run 1 | ... | run n-1  |
 *          +--------+-------+-------+-----+----------+-------+-------+-----+----------+
 *  run:    {@link BlockHeader} bytes, {@link BlockHeader} bytes, ...
 *
 *  header, 64 bytes                        index file
 *   0  magic "GMNDDATA"                     0  header as in the data file, magic "GMNDINDX"
 *   8  version (4)                         64  end of data (4): 1 drained, 2 not, 3 none,
 *                                             plus 4 if a record goes on in a later region
 *  12  tag (4)                             68  regions (4)
 *  16  job id (8)                          72  length of the data file (8)
 *  24  data set (4)                        80  for each region: broadcast (4), runs (4),
 *  28  producer (4)                            then the length of each run (4)
 *  32  attempt (4)                             then for each subpartition: records (8), bytes (8)
 *  36  subpartitions (4)                       then CRC32C of all before (4)
 *  40  largest block with header (4)
 *  44  codec (4)
 *  48  0 (12)
 *  60  CRC32C of the 60 bytes before
 * </pre>
 *
 * <p>Immutable after it was built; any thread.
 */
public final class PartitionIndex {

    /** Regions are written as one: their length is an int. */
    public static final int REGION_BYTES_MAX = 1 << 30;

    private final ResultPartitionId id;
    private final int subpartitionCount;
    private final int blockBytesMax;
    private final BlockCodec codec;
    private final List<Region> regions = new ArrayList<>();
    private final long[] records;
    private final long[] bytes;
    private long dataBytes = PartitionFiles.HEADER_BYTES;
    private EndOfData endOfData;
    private boolean recordsAcross;

    /**
     * One region.
     *
     * @param start where it begins in the data file
     * @param broadcast whether its one run is that of all subpartitions
     * @param ends where each run ends, from the region's begin; not copied
     */
    public record Region(long start, boolean broadcast, int[] ends) {

        /**
         * Where runs begin.
         *
         * @param subpartition the first of them
         * @return offset in the data file
         */
        public long startOf(final int subpartition) {
            return start + (broadcast || subpartition == 0 ? 0 : ends[subpartition - 1]);
        }

        /**
         * Where runs end.
         *
         * @param subpartition the last of them
         * @return offset in the data file
         */
        public long endOf(final int subpartition) {
            return start + ends[broadcast ? 0 : subpartition];
        }
    }

    /**
     * An index without regions.
     *
     * @param id whose
     * @param subpartitionCount how many subpartitions
     * @param blockBytesMax largest block, its header included
     * @param codec of the blocks
     */
    public PartitionIndex(
            final ResultPartitionId id,
            final int subpartitionCount,
            final int blockBytesMax,
            final BlockCodec codec) {
        this.id = id;
        this.subpartitionCount = subpartitionCount;
        this.blockBytesMax = blockBytesMax;
        this.codec = codec;
        this.records = new long[subpartitionCount];
        this.bytes = new long[subpartitionCount];
    }

    /**
     * Adds the region that follows. Writer only.
     *
     * @param broadcast whether it has one run for all
     * @param ends see {@link Region#ends()}; now the index's
     */
    public void addRegion(final boolean broadcast, final int[] ends) {
        assert ends.length == (broadcast ? 1 : subpartitionCount);
        regions.add(new Region(dataBytes, broadcast, ends));
        dataBytes += ends[ends.length - 1];
    }

    /**
     * Sets the statistics of a subpartition. Writer only.
     *
     * @param subpartition which
     * @param recordCount records
     * @param recordBytes bytes of the records, without their lengths
     */
    public void statistics(final int subpartition, final long recordCount, final long recordBytes) {
        records[subpartition] = recordCount;
        bytes[subpartition] = recordBytes;
    }

    /**
     * Sets how the producer ended. Writer only.
     *
     * @param end what it said; null if it said nothing
     */
    public void endOfData(final EndOfData end) {
        endOfData = end;
    }

    /**
     * Notes whether a record goes on in the next region, as one larger than memory does. Writer
     * only.
     *
     * @param across whether one does
     */
    public void noteRecordAcross(final boolean across) {
        recordsAcross |= across;
    }

    /**
     * Whether runs of different subpartitions may be read by turns.
     *
     * @return true if some record goes on in a later region
     */
    public boolean recordsAcross() {
        return recordsAcross;
    }

    /**
     * @return whose it is
     */
    public ResultPartitionId id() {
        return id;
    }

    /**
     * @return how many subpartitions
     */
    public int subpartitionCount() {
        return subpartitionCount;
    }

    /**
     * @return largest block, its header included
     */
    public int blockBytesMax() {
        return blockBytesMax;
    }

    /**
     * @return how blocks are compressed, those that gain by it
     */
    public BlockCodec codec() {
        return codec;
    }

    /**
     * @return regions in the order of the file; not to be changed
     */
    public List<Region> regions() {
        return regions;
    }

    /**
     * @return length of the data file
     */
    public long dataBytes() {
        return dataBytes;
    }

    /**
     * @return how the producer ended; null if it did not say
     */
    public EndOfData endOfData() {
        return endOfData;
    }

    /**
     * @param subpartition which
     * @return its records
     */
    public long recordsOf(final int subpartition) {
        return records[subpartition];
    }

    /**
     * @param subpartition which
     * @return bytes of its records, without their lengths
     */
    public long bytesOf(final int subpartition) {
        return bytes[subpartition];
    }

    /**
     * What all blocks of the partition carry.
     *
     * @return the same for the same identity
     */
    public int tag() {
        return tag(id);
    }

    static int tag(final ResultPartitionId id) {
        long mixed = id.jobId();
        mixed = (mixed ^ id.dataSet()) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 29 ^ id.producer()) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 32 ^ id.attempt()) * 0x94D049BB133111EBL;
        return (int) (mixed >>> 32);
    }

    @Override
    public String toString() {
        return "partition="
                + id
                + " subpartitions="
                + subpartitionCount
                + " regions="
                + regions.size()
                + " dataBytes="
                + dataBytes;
    }
}
