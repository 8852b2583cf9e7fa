package io.geminid.state.gemini.kind;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.gemini.table.Bytes;
import io.geminid.state.gemini.table.Probe;
import io.geminid.state.gemini.table.RecordTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A cell with many elements, in chunks of about {@link #CHUNK_BYTES_MAX}, so that a change costs no
 * more than one chunk whatever the size of the cell. Chunk 0 is the cell's own record; the others
 * have its key and their number.
 *
 * <pre>
 * chunk 0   chunks (4) | elements (4) | used (4) | elements ... | slack
 * others                                used (4) | elements ... | slack
 * </pre>
 *
 * @param <N> type of the namespaces
 */
abstract class ChunkedState<N> extends GeminiState<N> {

    /** A chunk that is fuller gets no more elements, or is split. */
    static final int CHUNK_BYTES_MAX = 1024;

    private static final int COUNT_OFFSET = Integer.BYTES;
    private static final int FIRST_HEADER_BYTES = 3 * Integer.BYTES;
    private static final int HEADER_BYTES = Integer.BYTES;

    private final Probe chunkKey = new Probe();
    private final RecordInput elements = new RecordInput();

    ChunkedState(final StateSpace<N> space, final long ttlMillis) {
        super(space, ttlMillis);
    }

    @Override
    final void dropWhatIsOver() {
        cells().table()
                .age(
                        space().number(),
                        // The others say how many elements there are only together with it.
                        (memory, from, bytes) ->
                                memory.getInt(from) == 1
                                        && isChunkOver(memory, from, FIRST_HEADER_BYTES),
                        false);
        cells().table()
                .age(
                        space().number() + 1,
                        (memory, from, bytes) -> isChunkOver(memory, from, HEADER_BYTES),
                        false);
    }

    /** Whether all elements of a chunk are too old. */
    private boolean isChunkOver(final ByteBuffer memory, final int from, final int headerBytes) {
        final int begin = from + headerBytes;
        final int end = begin + memory.getInt(begin - Integer.BYTES);
        final RecordInput in = new RecordInput().wrap(memory, begin, end);
        while (in.remaining() > 0) {
            if (skipElement(in)) {
                return false;
            }
        }
        return true;
    }

    /** Skips an element; says whether it is not too old. */
    abstract boolean skipElement(RecordInput in);

    /** The key of a chunk of the cell with this key. */
    final Probe chunk(final Probe cell, final int number) {
        return number == 0 ? cell : chunk(cell, number, chunkKey);
    }

    private Probe chunk(final Probe cell, final int number, final Probe target) {
        cell.beginLonger(target).putInt(number);
        target.end(cell.group(), space().number() + 1);
        return target;
    }

    private static int headerBytes(final int number) {
        return number == 0 ? FIRST_HEADER_BYTES : HEADER_BYTES;
    }

    /** How many chunks the cell has; 0 if it is not there. */
    final int chunks(final Probe cell) {
        final RecordInput in = cells().find(cell);
        return in == null ? 0 : in.getInt();
    }

    /** How many elements the cell has, those that are too old too. */
    final int count(final Probe cell) {
        final RecordInput in = cells().find(cell);
        if (in == null) {
            return 0;
        }
        in.skip(COUNT_OFFSET);
        return in.getInt();
    }

    /** The elements of a chunk, valid until the next call; empty if it is not there. */
    final RecordInput open(final Probe cell, final int number) {
        final RecordInput in = cells().find(chunk(cell, number));
        if (in == null) {
            return elements.wrap(Bytes.NONE, 0, 0);
        }
        in.skip(headerBytes(number) - Integer.BYTES);
        final int used = in.getInt();
        final int from = in.skip(used);
        return elements.wrap(in.buffer(), from, from + used);
    }

    /** A copy of the elements of a chunk, for visitors that may do anything meanwhile. */
    final RecordInput copyOf(final Probe cell, final int number) {
        final RecordInput in = open(cell, number);
        final int bytes = in.remaining();
        final ByteBuffer copy = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(0, in.buffer(), in.position(), bytes);
        return new RecordInput().wrap(copy, 0, bytes);
    }

    /** An independent copy of the cell's key, for loops in which other keys are looked for. */
    final Probe ownKey() {
        final Probe cell = key();
        final Probe copy = new Probe();
        cell.beginLonger(copy);
        copy.end(cell.group(), cell.state());
        return copy;
    }

    /** Writes a chunk anew. */
    final void write(
            final Probe cell,
            final int number,
            final int chunks,
            final int count,
            final Bytes all) {
        final Probe key = chunk(cell, number);
        final RecordOutput out = cells().begin(key);
        if (number == 0) {
            out.putInt(chunks);
            out.putInt(count);
        }
        final int used = all.length();
        out.putInt(used);
        all.appendTo(out);
        cells().end(key, Math.min(used / 2 + 2 * Long.BYTES, CHUNK_BYTES_MAX));
    }

    /**
     * Appends an element where it is, if there is room in the chunk.
     *
     * @return false if not
     */
    final boolean appendInPlace(final Probe cell, final int number, final Bytes element) {
        final Probe key = chunk(cell, number);
        final int header = headerBytes(number);
        final RecordTable table = cells().table();
        long address = cells().inPlace(key);
        if (address == 0) {
            return false;
        }
        final int usedOffset = header - Integer.BYTES;
        final int used = table.buffer(address).getInt(table.valueAt(address) + usedOffset);
        if (header + used + element.length() > table.valueBytes(address)) {
            return false;
        }
        address = table.own(key, address);
        if (address == 0) {
            return false;
        }
        final ByteBuffer memory = table.buffer(address);
        final int at = table.valueAt(address);
        element.copyTo(memory, at + header + used);
        memory.putInt(at + usedOffset, used + element.length());
        if (number == 0) {
            memory.putInt(at + COUNT_OFFSET, memory.getInt(at + COUNT_OFFSET) + 1);
        }
        return true;
    }

    /** Where an element can be overwritten; 0 if its chunk is not in one place. */
    final long own(final Probe cell, final int number) {
        return cells().own(chunk(cell, number));
    }

    /** Where the elements of a chunk begin in its buffer. */
    final int elementsAt(final long address, final int number) {
        return cells().table().valueAt(address) + headerBytes(number);
    }

    /** Notes how many chunks and elements there are. */
    final void note(final Probe cell, final int chunks, final int count) {
        final long address = cells().own(cell);
        if (address != 0) {
            final ByteBuffer memory = cells().table().buffer(address);
            final int at = cells().table().valueAt(address);
            memory.putInt(at, chunks);
            memory.putInt(at + COUNT_OFFSET, count);
        } else {
            final Bytes all = new Bytes();
            all.add(open(cell, 0));
            write(cell, 0, chunks, count, all);
        }
    }

    @Override
    public void clear() {
        final Probe cell = key();
        for (int i = chunks(cell) - 1; i >= 0; i--) {
            cells().remove(chunk(cell, i));
        }
    }
}
