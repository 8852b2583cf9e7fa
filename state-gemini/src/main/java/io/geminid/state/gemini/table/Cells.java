package io.geminid.state.gemini.table;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.gemini.log.Record;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Values of any length for keys of any length, over a {@link RecordTable}, whose records fit into a
 * frame.
 *
 * <ul>
 *   <li>A value that is too long lies in pieces: records of state 0, whose key is that of the
 *       value, the number of its state and the piece's number. Its own record says how many there
 *       are.
 *   <li>A key that is too long is replaced by its SHA-256, and comes in front of the value.
 * </ul>
 *
 * <p>Task thread only. Owns nothing.
 */
public final class Cells {

    /** The state whose records are pieces. */
    static final int PIECES = 0;

    private static final int PIECES_VALUE_BYTES = 2 * Integer.BYTES;
    private static final int SCRATCH_BYTES_MIN = 4096;

    private final RecordTable table;
    private final RecordInput value = new RecordInput();

    /** By slab, so that reading a value changes no reference: that would cost a barrier. */
    private RecordInput[] inputs = new RecordInput[0];

    private final RecordOutput out = new RecordOutput();
    private final Probe piece = new Probe();
    private final Bytes pieceKey = new Bytes();
    private int pieceGroup;
    private final int keyBytesMax;
    private final MessageDigest digest;
    private ByteBuffer gathered = allocate(SCRATCH_BYTES_MIN);

    /**
     * Over a table.
     *
     * @param table where records are; stays the caller's
     */
    public Cells(final RecordTable table) {
        this.table = table;
        this.keyBytesMax = table.valueBytesMax(0) / 8;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * The table below.
     *
     * @return stays the caller's
     */
    public RecordTable table() {
        return table;
    }

    // Keys.

    /**
     * Replaces what was written of a key by its digest, if it is too long.
     *
     * @param key begun, not ended
     * @param written where it was begun
     */
    public void shorten(final Probe key, final RecordOutput written) {
        if (written.length() <= keyBytesMax) {
            key.full((byte[]) null);
            return;
        }
        final ByteBuffer bytes = written.scratch();
        final byte[] full = new byte[bytes.remaining()];
        bytes.get(0, full);
        final byte[] hash = digest.digest(full);
        key.full(full);
        key.begin().putBytes(hash, 0, hash.length);
    }

    /**
     * The key of a record as it was before it was shortened.
     *
     * @param address of a record
     * @return its bytes, valid until the next call; a key's suffix after a digest is left out
     */
    public RecordInput keyOf(final long address) {
        final ByteBuffer memory = table.buffer(address);
        final int at = table.index(address);
        if ((Record.flags(memory, at) & Record.LONG_KEY) == 0) {
            final int keyAt = Record.keyAt(at);
            return new RecordInput().wrap(memory, keyAt, keyAt + Record.keyBytes(memory, at));
        }
        final RecordInput whole = wholeValue(address);
        final int keyBytes = whole.getInt();
        final int from = whole.skip(keyBytes);
        return new RecordInput().wrap(whole.buffer(), from, from + keyBytes);
    }

    // Reading.

    /**
     * Looks for a key.
     *
     * @param key which
     * @return its value, valid until the next call of anything here; null if there is none
     */
    public RecordInput find(final Probe key) {
        final long address = table.find(key);
        if (address == 0) {
            return null;
        }
        final long rest = table.foundRest();
        if ((Record.flagsOf(rest) & (Record.LONG_KEY | Record.IN_PIECES)) != 0) {
            return read(address);
        }
        final int from = Record.keyAt(table.index(address)) + Record.room(key.bytes());
        return inputOf(table.frames().slab(address))
                .wrap(table.buffer(address), from, from + Record.valueBytesOf(rest));
    }

    /**
     * The value of a record.
     *
     * @param address of a record
     * @return its value, valid until the next call of anything here
     */
    public RecordInput read(final long address) {
        final ByteBuffer memory = table.buffer(address);
        final int at = table.index(address);
        final int flags = Record.flags(memory, at); // gathering pieces makes the address void
        if ((flags & (Record.LONG_KEY | Record.IN_PIECES)) == 0) {
            final int from = Record.valueAt(memory, at);
            return inputOf(table.frames().slab(address))
                    .wrap(memory, from, from + Record.valueBytes(memory, at));
        }
        final RecordInput whole = wholeValue(address);
        if ((flags & Record.LONG_KEY) != 0) {
            whole.skip(whole.getInt());
        }
        return whole;
    }

    private RecordInput inputOf(final int slab) {
        if (slab >= inputs.length) {
            final int before = inputs.length;
            inputs = Arrays.copyOf(inputs, Math.max(slab + 1, 2 * before));
            Arrays.setAll(inputs, i -> i < before ? inputs[i] : new RecordInput());
        }
        return inputs[slab];
    }

    private RecordInput wholeValue(final long address) {
        if ((table.flags(address) & Record.IN_PIECES) != 0) {
            return gather(address);
        }
        final int from = table.valueAt(address);
        return value.wrap(table.buffer(address), from, from + table.valueBytes(address));
    }

    private RecordInput gather(final long address) {
        final int at = table.valueAt(address);
        final int bytes = table.buffer(address).getInt(at);
        final int pieces = table.buffer(address).getInt(at + Integer.BYTES);
        if (bytes > gathered.capacity()) {
            gathered = allocate(bytes);
        }
        int done = 0;
        beginPieces(address);
        for (int i = 0; i < pieces; i++) {
            seekPiece(i);
            final long found = table.find(piece);
            if (found == 0) {
                throw new IllegalStateException("piece=" + i + " of=" + pieces + " is missing");
            }
            final int length = table.valueBytes(found);
            gathered.put(done, table.buffer(found), table.valueAt(found), length);
            done += length;
        }
        return value.wrap(gathered, 0, bytes);
    }

    /** Gets ready to look for the pieces of a record's value. */
    private void beginPieces(final long address) {
        final ByteBuffer memory = table.buffer(address);
        final int at = table.index(address);
        final RecordOutput key = pieceKey.begin();
        key.putBytes(memory, Record.keyAt(at), Record.keyBytes(memory, at));
        key.putInt(Record.state(memory, at));
        pieceGroup = Record.group(memory, at);
    }

    /** Points the probe at one of them. */
    private void seekPiece(final int number) {
        final RecordOutput key = piece.begin();
        pieceKey.appendTo(key);
        key.putInt(number);
        piece.end(pieceGroup, PIECES);
    }

    private static ByteBuffer allocate(final int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    // Writing.

    /**
     * Starts a value.
     *
     * @param key whose
     * @return where to write it; ends with {@link #end}
     */
    public RecordOutput begin(final Probe key) {
        out.beginInScratch();
        if (key.full() != null) {
            out.putInt(key.full().length);
            out.putBytes(key.full(), 0, key.full().length);
        }
        return out;
    }

    /**
     * Stores the value that was begun.
     *
     * @param key whose
     * @param slackBytes room to grow that is left behind the value, undefined
     * @throws OutOfStateMemoryException when the budget is spent
     */
    public void end(final Probe key, final int slackBytes) {
        final int bytes = out.length();
        final ByteBuffer source = out.scratch();
        source.clear();
        final long old = table.find(key);
        final int oldPieces = old == 0 ? 0 : piecesOf(old);
        final int flags = key.full() == null ? 0 : Record.LONG_KEY;
        final int max = table.valueBytesMax(key.bytes());
        if (bytes <= max) {
            final int room = Math.min(max, bytes + slackBytes);
            final long address = table.put(key, room, flags);
            copy(source, 0, table.buffer(address), table.valueAt(address), bytes);
            removePieces(key, 0, oldPieces);
        } else {
            putInPieces(key, source, bytes, flags, oldPieces);
        }
    }

    private static void copy(
            final ByteBuffer from,
            final int fromAt,
            final ByteBuffer to,
            final int toAt,
            final int bytes) {
        if (bytes == Long.BYTES) {
            to.putLong(toAt, from.getLong(fromAt));
        } else {
            to.put(toAt, from, fromAt, bytes);
        }
    }

    private void putInPieces(
            final Probe key,
            final ByteBuffer source,
            final int bytes,
            final int flags,
            final int oldPieces) {
        // The key of a piece is a little longer than the value's own.
        final int pieceBytes = table.valueBytesMax(key.bytes() + 2 * Integer.BYTES);
        final int pieces = (bytes + pieceBytes - 1) / pieceBytes;
        final long address = table.put(key, PIECES_VALUE_BYTES, flags | Record.IN_PIECES);
        table.buffer(address).putInt(table.valueAt(address), bytes);
        table.buffer(address).putInt(table.valueAt(address) + Integer.BYTES, pieces);
        beginPieces(address);
        for (int i = 0; i < pieces; i++) {
            final int length = Math.min(pieceBytes, bytes - i * pieceBytes);
            seekPiece(i);
            final long part = table.put(piece, length);
            table.buffer(part).put(table.valueAt(part), source, i * pieceBytes, length);
        }
        removePieces(key, pieces, oldPieces);
    }

    private int piecesOf(final long address) {
        return (table.flags(address) & Record.IN_PIECES) == 0
                ? 0
                : table.buffer(address).getInt(table.valueAt(address) + Integer.BYTES);
    }

    private void removePieces(final Probe key, final int from, final int to) {
        if (from >= to) {
            return;
        }
        beginPieces(table.find(key));
        for (int i = from; i < to; i++) {
            seekPiece(i);
            table.remove(piece);
        }
    }

    /**
     * Removes a key.
     *
     * @param key which
     * @return false if it was not there
     * @throws OutOfStateMemoryException when the budget is spent
     */
    public boolean remove(final Probe key) {
        final long address = table.find(key);
        if (address == 0) {
            return false;
        }
        removePieces(key, 0, piecesOf(address));
        return table.remove(key);
    }

    /**
     * The record of a key whose value lies in it alone.
     *
     * @param key which
     * @return its address; 0 if there is none, or its value is not in one place
     */
    public long inPlace(final Probe key) {
        final long address = table.find(key);
        return address == 0 || (table.flags(address) & (Record.IN_PIECES | Record.LONG_KEY)) != 0
                ? 0
                : address;
    }

    /**
     * Where a value can be changed in place.
     *
     * @param key whose
     * @return address of a record that may be written to; 0 if there is none, or its value is not
     *     in one place
     * @throws OutOfStateMemoryException when the budget is spent
     */
    public long own(final Probe key) {
        final long address = inPlace(key);
        return address == 0 ? 0 : table.own(key, address);
    }
}
