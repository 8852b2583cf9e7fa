package io.geminid.state.gemini.snapshot;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.StateSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A store's part of a checkpoint: its files, oldest first, and the numbers of its states.
 *
 * @param handles of the files
 * @param groups for each file the key groups that count
 * @param numbers of the states, in the order of the part's schemas
 */
record GeminiPart(List<StateHandle> handles, List<KeyGroupRange> groups, List<Integer> numbers) {

    private static final String FORMAT = "gemini/2";

    static StatePart encode(
            final StateStoreContext<?> context,
            final List<StateSchema> schemas,
            final GeminiPart part) {
        final RecordOutput out = new RecordOutput();
        out.beginInScratch();
        out.putUtf8(keySerializer(context));
        out.putVarInt(context.maxParallelism());
        part.numbers.forEach(out::putVarInt);
        for (final KeyGroupRange range : part.groups) {
            out.putVarInt(range.first());
            out.putVarInt(range.last());
        }
        final ByteBuffer scratch = out.scratch();
        final byte[] inline = new byte[scratch.remaining()];
        scratch.get(0, inline);
        return new StatePart(
                PartKind.KEYED,
                FORMAT,
                context.keyGroups(),
                schemas,
                part.handles,
                Bytes.copyOf(inline));
    }

    /**
     * Reads a part.
     *
     * @throws IllegalArgumentException if it is another store's, or of other keys
     */
    static GeminiPart decode(final StatePart part, final StateStoreContext<?> context) {
        if (part.kind() != PartKind.KEYED || !part.format().equals(FORMAT)) {
            throw refused(context, "format", part.format(), FORMAT);
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
        final List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < part.schemas().size(); i++) {
            numbers.add(in.getVarInt());
        }
        final List<KeyGroupRange> groups = new ArrayList<>();
        for (int i = 0; i < part.handles().size(); i++) {
            groups.add(new KeyGroupRange(in.getVarInt(), in.getVarInt()));
        }
        return new GeminiPart(part.handles(), groups, numbers);
    }

    private static String keySerializer(final StateStoreContext<?> context) {
        return context.keySerializer().id() + "@" + context.keySerializer().version();
    }

    private static IllegalArgumentException refused(
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
}
