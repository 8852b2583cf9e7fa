package io.geminid.shuffle.partition;

import io.geminid.memory.Segment;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.buffer.LoggedSegments;
import io.geminid.shuffle.buffer.WrittenSegment;
import io.geminid.shuffle.wire.FrameHeader;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The writer's end of one subpartition: the open segment and where the next record goes in it. Kept
 * apart from {@link PipelinedSubpartition}, whose fields the reader writes, so that a record
 * touches no memory that another core changes.
 *
 * <p>Producing thread only. Its reference keeps the open segment's memory valid even if reader and
 * partition are gone; it drops it when it next needs a segment, finishes one, or is abandoned.
 */
final class SubpartitionWriter {

    /**
     * What a full segment leaves free, so that it and its header are a message as long as a
     * segment: one byte more is one packet more for each message.
     */
    private static final int HEADER_BYTES = FrameHeader.LENGTH_BYTES;

    /** Bytes of the length in front of a record. */
    private static final int LENGTH_BYTES = Integer.BYTES;

    private final PipelinedSubpartition subpartition;
    private final PipelinedResultPartition partition;

    private WrittenSegment open;
    private ByteBuffer memory;

    /** Gets what was finished; null if nobody wants it. */
    private LoggedSegments log;

    /** Where the next record's length goes; all before it is committed. */
    private int position;

    /** End of what records may fill of the open segment, 0 if none is open. */
    private int limit;

    SubpartitionWriter(
            final PipelinedSubpartition subpartition, final PipelinedResultPartition partition) {
        this.subpartition = subpartition;
        this.partition = partition;
    }

    /** From now on what is finished goes there too. Before anything is written. */
    void logTo(final LoggedSegments segments) {
        log = segments;
    }

    /** Points {@code out} at the open segment behind the place of the record's length. */
    void begin(final RecordOutput out) {
        final int from = position + LENGTH_BYTES;
        if (from <= limit) {
            out.begin(memory, from, limit);
        } else {
            beginElsewhere(out);
        }
    }

    private void beginElsewhere(final RecordOutput out) {
        if (open == null
                && !subpartition.isDropped()
                && openSegment(partition.segmentForRecord())) {
            out.begin(memory, LENGTH_BYTES, limit);
        } else {
            // The length is split between two segments, or there is no segment: endRecord sees to
            // it.
            out.beginInScratch();
        }
    }

    /** Commits a record that was written in place. */
    void end(final int recordBytes) {
        final int at = position;
        final int end = at + LENGTH_BYTES + recordBytes;
        memory.putInt(at, recordBytes);
        position = end;
        open.soCommitted(end);
        if (subpartition.loReaderIdle()) {
            subpartition.tellIdleReader(open, end);
        }
        if (end == limit) {
            finishSegment();
        }
    }

    /**
     * Spreads a record, its length in front, over what is left of the open segment and new ones.
     */
    void endInScratch(final RecordOutput out) throws InterruptedException {
        final int recordBytes = out.length();
        final ByteBuffer record = out.scratch();
        final long total = (long) LENGTH_BYTES + recordBytes;
        long done = 0;
        while (done < total) {
            if (open == null && !openForRecord()) {
                return;
            }
            int at = position;
            while (done < LENGTH_BYTES && at < limit) {
                memory.put(at, (byte) (recordBytes >>> (Byte.SIZE * (int) done)));
                at++;
                done++;
            }
            if (done >= LENGTH_BYTES) {
                final int count = (int) Math.min(limit - at, total - done);
                memory.put(at, record, (int) done - LENGTH_BYTES, count);
                at += count;
                done += count;
            }
            position = at;
            open.soCommitted(at);
            if (at == limit) {
                finishSegment();
            }
        }
        if (open != null && subpartition.loReaderIdle()) {
            subpartition.tellIdleReader(open, position);
        }
    }

    private boolean openForRecord() throws InterruptedException {
        return !subpartition.isDropped()
                && openSegment(partition.segments().takeForRecord(partition::flush));
    }

    private boolean openSegment(final Segment segment) {
        if (segment == null) {
            return false;
        }
        final WrittenSegment opened = new WrittenSegment(segment);
        if (!subpartition.open(opened)) {
            opened.releaseByQueue();
            opened.releaseByWriter();
            return false;
        }
        open = opened;
        memory = opened.memory();
        position = 0;
        limit = memory.capacity() - HEADER_BYTES;
        return true;
    }

    /** Ends the open segment, if something is in it. */
    void finishWritten() {
        if (position > 0) {
            finishSegment();
        }
    }

    /** Ends the open segment, if there is one. */
    void finishSegment() {
        final WrittenSegment done = open;
        if (done != null) {
            final int length = position;
            abandonCursor();
            subpartition.finish(done);
            if (log != null && length > 0) {
                log.append(subpartition.index(), done, length);
            } else {
                done.releaseByWriter();
            }
        }
    }

    /** Adds an event behind all that is written. */
    void add(final EventBuffer event) {
        finishWritten();
        subpartition.add(event);
    }

    /** Adds a barrier in front of all that is written, and keeps that. */
    void addOvertaking(final EventBuffer barrier, final List<Buffer> overtaken) {
        finishWritten();
        subpartition.addOvertaking(barrier, overtaken);
    }

    /** Tells the reader, if it is idle, of records it may have missed. After a full fence. */
    void tellIdleReader() {
        if (open != null && subpartition.loReaderIdle()) {
            subpartition.tellIdleReader(open, position);
        }
    }

    /** Drops the writer's hold on the open segment, whose queue is gone. */
    void abandon() {
        final WrittenSegment done = open;
        if (done != null) {
            abandonCursor();
            done.releaseByWriter();
        }
    }

    private void abandonCursor() {
        open = null;
        memory = null;
        position = 0;
        limit = 0;
    }
}
