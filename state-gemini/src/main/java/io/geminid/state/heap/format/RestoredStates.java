package io.geminid.state.heap.format;

import io.geminid.state.KeyGroupRange;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.StateSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * States of a snapshot that nobody has asked for yet, as bytes: only who asks for a state brings
 * the serializers that understand it. What is never asked for goes into the next snapshot as it is.
 *
 * <p>Task thread only; {@link Restored} is immutable.
 */
public final class RestoredStates {

    /** Where the list is; the key serializer's identity follows. */
    private static final int WHERE_BYTES = 2 * Long.BYTES;

    private final SortedMap<String, Restored> states = new TreeMap<>();

    /** Creates it empty. */
    public RestoredStates() {}

    /**
     * Adds what belongs to some key groups.
     *
     * @param part one store's snapshot
     * @param storage where its file is
     * @param keyGroups others are passed over, without reading them
     * @param keySerializer identity and version of it
     * @throws IOException names the file that is damaged or gone
     * @throws IllegalArgumentException if another kind of store wrote the part, or of other keys
     */
    public void add(
            final StatePart part,
            final CheckpointStorage storage,
            final KeyGroupRange keyGroups,
            final String keySerializer)
            throws IOException {
        if (!part.format().equals(BlockWriter.FORMAT) || part.handles().size() != 1) {
            throw new IllegalArgumentException(
                    "format="
                            + part.format()
                            + " handles="
                            + part.handles().size()
                            + " expected="
                            + BlockWriter.FORMAT
                            + ": restore with the geminid.state.store that wrote the checkpoint");
        }
        final byte[] inline = part.inline().toArray();
        if (inline.length < WHERE_BYTES) {
            final StateHandle handle = part.handles().get(0);
            throw new CorruptStateException(
                    handle.file().name(), handle.offset(), "inline=" + part.inline());
        }
        final String found =
                new String(
                        inline, WHERE_BYTES, inline.length - WHERE_BYTES, StandardCharsets.UTF_8);
        if (!found.equals(keySerializer)) {
            throw new IllegalArgumentException(
                    "keySerializer=" + found + " expected=" + keySerializer);
        }
        for (final StateSchema schema : part.schemas()) {
            final Restored known = states.get(schema.name());
            if (known == null) {
                states.put(schema.name(), new Restored(schema.schema(), List.of()));
            } else {
                known.requireSchema(schema.name(), schema.schema());
            }
        }
        try (StateInput in = storage.open(part.handles().get(0))) {
            readBlocks(part, in, keyGroups);
        }
    }

    private void readBlocks(
            final StatePart part, final StateInput in, final KeyGroupRange keyGroups)
            throws IOException {
        final ByteBuffer where =
                ByteBuffer.wrap(part.inline().toArray()).order(ByteOrder.LITTLE_ENDIAN);
        final StateHandle handle = part.handles().get(0);
        if (where.getLong(Long.BYTES) % BlockWriter.LIST_ENTRY_BYTES != 0) {
            throw new CorruptStateException(
                    handle.file().name(), handle.offset(), "inline=" + part.inline());
        }
        final ByteBuffer list = read(in, handle, where.getLong(0), where.getLong(Long.BYTES));
        while (list.hasRemaining()) {
            final int state = list.getInt();
            final int group = list.getInt();
            final long position = list.getLong();
            final int length = list.getInt();
            if (state < 0 || state >= part.schemas().size()) {
                throw new CorruptStateException(
                        handle.file().name(), handle.offset(), "state=" + state);
            }
            if (keyGroups.contains(group)) {
                final byte[] entries = read(in, handle, position, length).array();
                states.get(part.schemas().get(state).name()).add(new Block(group, entries));
            }
        }
    }

    private static ByteBuffer read(
            final StateInput in, final StateHandle handle, final long position, final long length)
            throws IOException {
        if (position < 0 || length < 0 || length > in.length() - position) {
            throw new CorruptStateException(
                    handle.file().name(),
                    handle.offset(),
                    "position=" + position + " length=" + length + " of=" + in.length());
        }
        final ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
        in.read(position, bytes);
        return bytes.flip();
    }

    /**
     * Takes a state out.
     *
     * @param name of the state
     * @param schema that the bytes must have
     * @param entry called for each entry, and reads all of it
     * @throws IllegalArgumentException if they have another schema
     */
    public void take(final String name, final String schema, final Consumer<FieldInput> entry) {
        final Restored state = states.get(name);
        if (state == null) {
            return;
        }
        state.requireSchema(name, schema);
        states.remove(name);
        for (final Block block : state.blocks()) {
            final FieldInput in = new FieldInput(block.entries());
            while (in.hasNext()) {
                entry.accept(in);
            }
        }
    }

    /**
     * What is still there.
     *
     * @return a copy, by name
     */
    public SortedMap<String, Restored> left() {
        final SortedMap<String, Restored> copy = new TreeMap<>();
        states.forEach(
                (name, s) -> copy.put(name, new Restored(s.schema(), List.copyOf(s.blocks))));
        return copy;
    }

    /**
     * Some entries of one key group.
     *
     * @param group the key group
     * @param entries their bytes, never changed
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Block(int group, byte[] entries) {}

    /**
     * One state.
     *
     * @param schema of it
     * @param blocks its entries
     */
    public record Restored(String schema, List<Block> blocks) {

        /** Copies the list. */
        public Restored {
            blocks = new ArrayList<>(blocks);
        }

        private void add(final Block block) {
            blocks.add(block);
        }

        private void requireSchema(final String name, final String wanted) {
            if (!schema.equals(wanted)) {
                throw new IllegalArgumentException(
                        "state=" + name + " schema=" + wanted + " restored=" + schema);
            }
        }
    }
}
