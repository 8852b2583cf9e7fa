package io.geminid.state.heap.format;

import io.geminid.serial.RecordOutput;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.StateSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a snapshot as blocks of entries, each of one state and one key group, and then the list of
 * blocks. Little-endian.
 *
 * <pre>
 *  block      entries, each as its state writes it; several blocks may be of one state and group
 *  ...
 *  list       { state 4 | group 4 | position 8 | length 4 } for each block
 * </pre>
 *
 * <p>{@code state} is the index in the part's schemas. The part's inline bytes are position (8) and
 * length (8) of the list. One thread.
 */
public final class BlockWriter {

    /** Written into the manifest; a reader refuses any other. */
    public static final String FORMAT = "heap/2";

    /** A block is cut when it is at least this long, so that it need not be held for long. */
    private static final int BLOCK_BYTES = 1 << 20;

    static final int LIST_ENTRY_BYTES = 3 * Integer.BYTES + Long.BYTES;

    private final StateOutput out;
    private final RecordOutput list = new RecordOutput();
    private final FieldOutput fields = new FieldOutput();
    private int state;
    private int group;

    /**
     * Begins.
     *
     * @param out stays the caller's
     */
    public BlockWriter(final StateOutput out) {
        this.out = out;
        list.beginInScratch();
    }

    /**
     * Says of what state and group the next entries are.
     *
     * @param stateIndex in the part's schemas
     * @param keyGroup the group
     * @throws IOException when the storage is full or gone
     */
    public void begin(final int stateIndex, final int keyGroup) throws IOException {
        flush();
        state = stateIndex;
        group = keyGroup;
    }

    /**
     * Where an entry goes.
     *
     * @return the same at every call
     */
    public FieldOutput fields() {
        return fields;
    }

    /**
     * Ends an entry.
     *
     * @throws IOException when the storage is full or gone
     */
    public void endEntry() throws IOException {
        if (fields.raw().length() >= BLOCK_BYTES) {
            flush();
        }
    }

    /**
     * Writes a block that was read from another snapshot.
     *
     * @param entries its bytes
     * @throws IOException when the storage is full or gone
     */
    public void copy(final byte[] entries) throws IOException {
        flush();
        fields.raw().putBytes(entries, 0, entries.length);
        flush();
    }

    /**
     * Writes the list.
     *
     * @param keyGroups the store's
     * @param schemas of the states, in the order of their indexes
     * @param keySerializer identity and version of it
     * @return the part; readable once its writer is committed
     * @throws IOException when the storage is full or gone
     */
    public StatePart finish(
            final KeyGroupRange keyGroups,
            final List<StateSchema> schemas,
            final String keySerializer)
            throws IOException {
        flush();
        final byte[] keys = keySerializer.getBytes(StandardCharsets.UTF_8);
        final ByteBuffer where =
                ByteBuffer.allocate(2 * Long.BYTES + keys.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(out.position())
                        .putLong(list.length())
                        .put(keys);
        out.write(list.scratch());
        final StateHandle handle = out.finish();
        return new StatePart(
                PartKind.KEYED,
                FORMAT,
                keyGroups,
                schemas,
                List.of(handle),
                Bytes.copyOf(where.array()));
    }

    private void flush() throws IOException {
        final RecordOutput block = fields.raw();
        if (block.length() > 0) {
            list.putInt(state);
            list.putInt(group);
            list.putLong(out.position());
            list.putInt(block.length());
            out.write(block.scratch());
            block.beginInScratch();
        }
    }
}
