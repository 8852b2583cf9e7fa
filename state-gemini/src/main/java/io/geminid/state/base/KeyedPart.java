package io.geminid.state.base;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.StateSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/**
 * The part of a checkpoint that holds a store's keyed state. Its inline bytes begin with whose keys
 * they are, the key serializer and the maximum parallelism, so that no store takes another's keys
 * for its own; what follows is the store's own. Any thread.
 */
public final class KeyedPart {

    private KeyedPart() {}

    /**
     * Makes a part.
     *
     * @param context of the store
     * @param format of the store's files and of its own inline bytes
     * @param schemas of its states
     * @param handles of its files
     * @param own writes the store's own inline bytes
     * @return the part
     */
    public static StatePart of(
            final StateStoreContext<?> context,
            final String format,
            final List<StateSchema> schemas,
            final List<StateHandle> handles,
            final Consumer<RecordOutput> own) {
        final RecordOutput out = new RecordOutput();
        out.beginInScratch();
        out.putUtf8(keySerializer(context));
        out.putVarInt(context.maxParallelism());
        own.accept(out);
        final ByteBuffer scratch = out.scratch();
        final byte[] inline = new byte[scratch.remaining()];
        scratch.get(0, inline);
        return new StatePart(
                PartKind.KEYED,
                format,
                context.keyGroups(),
                schemas,
                handles,
                Bytes.copyOf(inline));
    }

    /**
     * Opens a part.
     *
     * @param part of a checkpoint
     * @param context of the store that restores it
     * @param format that the store reads
     * @return the store's own inline bytes, from the first
     * @throws IllegalArgumentException if it is another store's, or of other keys
     */
    public static RecordInput open(
            final StatePart part, final StateStoreContext<?> context, final String format) {
        if (part.kind() != PartKind.KEYED || !part.format().equals(format)) {
            throw refused(context, "format", part.format(), format);
        }
        final byte[] inline = part.inline().toArray();
        final ByteBuffer memory = ByteBuffer.wrap(inline).order(ByteOrder.LITTLE_ENDIAN);
        final RecordInput in = new RecordInput().wrap(memory, 0, inline.length);
        final String serializer = in.getUtf8();
        if (!serializer.equals(keySerializer(context))) {
            throw refused(context, "keySerializer", serializer, keySerializer(context));
        }
        final int maxParallelism = in.getVarInt();
        if (maxParallelism != context.maxParallelism()) {
            throw refused(context, "maxParallelism", maxParallelism, context.maxParallelism());
        }
        return in;
    }

    /**
     * Why a part cannot be restored.
     *
     * @param context of the store
     * @param what does not fit
     * @param found in the part
     * @param expected by the store
     * @return to be thrown
     */
    public static IllegalArgumentException refused(
            final StateStoreContext<?> context,
            final String what,
            final Object found,
            final Object expected) {
        return new IllegalArgumentException(
                "store="
                        + context.name()
                        + " cannot restore: "
                        + what
                        + "="
                        + found
                        + " expected="
                        + expected);
    }

    private static String keySerializer(final StateStoreContext<?> context) {
        return context.keySerializer().id() + "@" + context.keySerializer().version();
    }
}
