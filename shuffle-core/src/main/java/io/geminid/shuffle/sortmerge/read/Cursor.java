package io.geminid.shuffle.sortmerge.read;

import io.geminid.shuffle.sortmerge.format.BlockHeader;
import io.geminid.shuffle.sortmerge.format.PartitionIndex;

/**
 * Where a reader of some neighbouring subpartitions is in the data file. In each region their runs
 * lie side by side, and are read so; but if records go on in later regions, one subpartition is
 * read to its end before the next.
 *
 * <p>Disk thread only.
 */
final class Cursor {

    private final PartitionIndex index;
    private final int last;

    /** The subpartitions read in one pass over the regions: all of the range, or one by one. */
    private int first;

    private int lastOfPass;
    private int region;
    private int subpartition;
    private int number;
    private long offset;

    /** At the first block. */
    Cursor(final PartitionIndex index, final int first, final int last) {
        this.index = index;
        this.last = last;
        this.first = first;
        this.lastOfPass = index.recordsAcross() ? first : last;
        enterRegion(0);
    }

    /** A mark to come back to. */
    Cursor(final Cursor other) {
        index = other.index;
        last = other.last;
        first = other.first;
        lastOfPass = other.lastOfPass;
        region = other.region;
        subpartition = other.subpartition;
        number = other.number;
        offset = other.offset;
    }

    private void enterRegion(final int next) {
        region = next;
        if (region == index.regions().size() && lastOfPass < last) {
            first++;
            lastOfPass++;
            region = 0;
        }
        subpartition = first;
        number = 0;
        if (!isAtEnd()) {
            offset = current().startOf(first);
            skipEmpty();
        }
    }

    private PartitionIndex.Region current() {
        return index.regions().get(region);
    }

    /** Behind the last block of a run comes the next run, then the next region. */
    private void skipEmpty() {
        while (offset == current().endOf(subpartition)) {
            number = 0;
            if (current().broadcast() || subpartition == lastOfPass) {
                enterRegion(region + 1);
                return;
            }
            subpartition++;
        }
    }

    boolean isAtEnd() {
        return region == index.regions().size();
    }

    /** Where the next block begins. */
    long offset() {
        return offset;
    }

    /** Bytes from there on that can be read at once. */
    int bytesInRegion() {
        return (int) (current().endOf(lastOfPass) - offset);
    }

    /** Bytes to the end of the run: a block cannot be longer. */
    int bytesInRun() {
        return (int) (current().endOf(subpartition) - offset);
    }

    /** Goes behind a block. */
    void advance(final int blockBytes) {
        offset += blockBytes;
        number++;
        skipEmpty();
    }

    /** What is wrong with a header found here; null if nothing. */
    String fault(final BlockHeader header) {
        final String fault = header.fault(index);
        if (fault != null) {
            return fault;
        }
        final int expected = current().broadcast() ? BlockHeader.ALL_SUBPARTITIONS : subpartition;
        if (header.region != region
                || header.subpartition != expected
                || header.number != number
                || BlockHeader.BYTES + header.storedBytes > bytesInRun()) {
            return header + " expected " + this;
        }
        return null;
    }

    /** Blocks that are left in this pass, at least; all of them if they are full. */
    int blocksLeft() {
        long bytes = 0;
        for (int i = region; i < index.regions().size(); i++) {
            final PartitionIndex.Region each = index.regions().get(i);
            bytes += each.endOf(lastOfPass) - (i == region ? offset : each.startOf(first));
        }
        return (int) ((bytes + index.blockBytesMax() - 1) / index.blockBytesMax());
    }

    @Override
    public String toString() {
        return "region="
                + region
                + " subpartition="
                + subpartition
                + " block="
                + number
                + " offset="
                + offset;
    }
}
