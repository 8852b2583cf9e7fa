package io.geminid.shuffle.transport.stream;

import io.geminid.memory.Segment;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.FrameCheck;
import io.geminid.shuffle.wire.FrameFault;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Cuts a stream of bytes into frames and puts the payload of data frames where it belongs.
 *
 * <p>Whoever reads the stream asks where the next bytes go ({@link #targetMemory}, {@link
 * #targetOffset}, {@link #targetLength}), puts them there and calls {@link #onBytes}. While the
 * rest of a data payload is awaited, the target is the segment itself, so it is not copied;
 * otherwise it is a small staging buffer, of which no more is read ahead than {@link
 * #READ_AHEAD_BYTES}: that much of a payload may have to be copied, and that many small frames come
 * with one read.
 *
 * <p>Nothing is allocated for a frame before its header has passed all checks. Used by one thread.
 * Owns the segment of a data frame from the moment it gets it until the frame is complete, or until
 * {@link #close}.
 */
public final class FrameReader {

    /** What to do with the frames. Any exception ends the stream. */
    public interface Sink {

        /**
         * What the next header must pass.
         *
         * @return the rules; they change with the handshake
         */
        FrameCheck rules();

        /**
         * Memory for a data frame.
         *
         * @param header has passed all checks
         * @return at least as large as the payload, now the reader's; {@code null} drops the frame
         * @throws TransportException if the frame is not allowed
         */
        Segment segmentFor(FrameHeader header) throws TransportException;

        /**
         * A data frame is complete.
         *
         * @param header the frame's header
         * @param filled the payload from offset 0 on, or {@code null} if it was dropped; now the
         *     sink's
         * @throws TransportException if the frame is not allowed
         */
        void onData(FrameHeader header, Segment filled) throws TransportException;

        /**
         * Any other frame is complete.
         *
         * @param header the frame's header
         * @param payload from position to limit, little-endian; valid during the call
         * @throws TransportException if the frame is not allowed
         */
        void onControl(FrameHeader header, ByteBuffer payload) throws TransportException;
    }

    /** Bytes of direct memory that a reader needs for staging. */
    public static final int STAGING_BYTES = 8192;

    /**
     * Bytes asked for when nothing is known of what comes. Much larger and too much of a segment's
     * payload is copied; much smaller and each small frame costs a read.
     */
    public static final int READ_AHEAD_BYTES = 1024;

    /** Staging begins with a copy of the header of the data frame under way. */
    private static final int BASE = FrameHeader.LENGTH_BYTES;

    static {
        assert BASE + FrameHeader.LENGTH_BYTES + FrameHeader.CONTROL_BYTES_MAX + READ_AHEAD_BYTES
                <= STAGING_BYTES;
    }

    private final ByteBuffer staging;
    private final ByteBuffer view;
    private final Sink sink;
    private final FrameHeader header = new FrameHeader();
    private final CRC32C crc = new CRC32C();
    private boolean closed;

    /** Bytes that came and are not dealt with yet: staging[begin..end). */
    private int begin = BASE;

    private int end = BASE;

    /** The header at begin has passed the checks, but not all of its frame is there. */
    private boolean checked;

    /** Part of the payload of a data frame is awaited; there is nothing else in staging then. */
    private boolean inData;

    /** Where that payload goes; null while it is dropped. */
    private Segment segment;

    private ByteBuffer segmentView;
    private int received;

    /**
     * @param memory {@link #STAGING_BYTES} of direct memory, the reader's until it is used no more
     * @param sink takes the frames
     */
    public FrameReader(final ByteBuffer memory, final Sink sink) {
        if (memory.capacity() < STAGING_BYTES) {
            throw new IllegalArgumentException(
                    "memory=" + memory.capacity() + " needed=" + STAGING_BYTES);
        }
        this.staging = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.view = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.sink = sink;
    }

    /**
     * @return direct memory that the next bytes go to
     */
    public ByteBuffer targetMemory() {
        return segment == null ? staging : segmentView;
    }

    /**
     * @return where in {@link #targetMemory} they go
     */
    public int targetOffset() {
        if (closed) {
            return BASE;
        }
        return segment == null ? end : received;
    }

    /**
     * @return how many bytes may be put there at most, 1 or more
     */
    public int targetLength() {
        if (closed) {
            return STAGING_BYTES - BASE;
        }
        if (inData) {
            final int missing = header.payloadBytes() - received;
            return segment == null ? Math.min(missing, STAGING_BYTES - end) : missing;
        }
        final int missing =
                checked ? FrameHeader.LENGTH_BYTES + header.payloadBytes() - (end - begin) : 0;
        return Math.max(missing, READ_AHEAD_BYTES);
    }

    /**
     * Whether the stream may end here.
     *
     * @return true if no frame has come in part
     */
    public boolean betweenFrames() {
        return !inData && begin == end;
    }

    /**
     * Bytes were put to the target.
     *
     * @param count how many, 1 to {@link #targetLength}
     * @throws TransportException if they are no good; {@link #close} must follow
     */
    public void onBytes(final int count) throws TransportException {
        if (closed) {
            return;
        }
        assert count > 0 && count <= targetLength() : count;
        if (inData) {
            checksum(segment == null ? view : segmentView, targetOffset(), count);
            if (received == header.payloadBytes()) {
                endData();
            }
        } else {
            end += count;
            parse();
        }
    }

    /**
     * Gives back the segment of an unfinished frame. Bytes that still come are dropped. Idempotent;
     * may be called from within the sink.
     */
    public void close() {
        closed = true;
        if (segment != null) {
            final Segment unfinished = segment;
            segment = null;
            segmentView = null;
            unfinished.close();
        }
    }

    private void parse() throws TransportException {
        boolean more = true;
        while (more && !closed && end - begin >= FrameHeader.LENGTH_BYTES) {
            header.wrap(staging, begin);
            if (!checked) {
                final FrameFault fault = sink.rules().faultOf(header);
                if (fault != null) {
                    throw refusal(Reason.of(fault), "header");
                }
                checked = true;
            }
            more = header.type() == FrameType.DATA ? data() : control();
        }
        if (begin > BASE) {
            staging.put(BASE, staging, begin, end - begin);
            end -= begin - BASE;
            begin = BASE;
            if (checked) {
                header.wrap(staging, begin);
            }
        }
    }

    /** Returns false if more bytes are needed. */
    private boolean control() throws TransportException {
        final int payloadAt = begin + FrameHeader.LENGTH_BYTES;
        final int frameEnd = payloadAt + header.payloadBytes();
        if (frameEnd > end) {
            return false;
        }
        if (header.payloadBytes() > 0) {
            crc.reset();
            crc.update(view.limit(frameEnd).position(payloadAt));
            checkPayload();
        }
        checked = false;
        begin = frameEnd;
        sink.onControl(header, view.limit(frameEnd).position(payloadAt));
        return true;
    }

    /** Returns false if more bytes are needed. */
    private boolean data() throws TransportException {
        staging.put(0, staging, begin, FrameHeader.LENGTH_BYTES);
        header.wrap(staging, 0);
        begin += FrameHeader.LENGTH_BYTES;
        checked = false;
        crc.reset();
        received = 0;
        segment = sink.segmentFor(header);
        if (closed) {
            close();
            return false;
        }
        segmentView = segment == null ? null : segment.buffer();
        inData = true;
        final int here = Math.min(header.payloadBytes(), end - begin);
        if (segment != null) {
            segmentView.put(0, staging, begin, here);
        }
        checksum(view, begin, here);
        begin += here;
        if (received < header.payloadBytes()) {
            return false;
        }
        endData();
        return true;
    }

    /** Takes note of payload bytes. */
    private void checksum(final ByteBuffer bytes, final int from, final int count) {
        crc.update(bytes.limit(from + count).position(from));
        bytes.clear();
        received += count;
    }

    private void endData() throws TransportException {
        inData = false;
        checkPayload();
        final Segment filled = segment;
        segment = null;
        segmentView = null;
        sink.onData(header, filled);
    }

    private void checkPayload() throws TransportException {
        if (header.payloadBytes() > 0 && (int) crc.getValue() != header.payloadCrc()) {
            throw refusal(Reason.BAD_CHECKSUM, "payload");
        }
    }

    private TransportException refusal(final Reason reason, final String where) {
        return new TransportException(
                reason,
                where
                        + " magic="
                        + Integer.toHexString(header.magic() & 0xFFFF)
                        + " version="
                        + header.version()
                        + " "
                        + header);
    }
}
