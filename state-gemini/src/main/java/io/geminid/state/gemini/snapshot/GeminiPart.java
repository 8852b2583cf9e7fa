package io.geminid.state.gemini.snapshot;

import io.geminid.serial.RecordInput;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateStoreContext;
import io.geminid.state.base.KeyedPart;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.StateSchema;
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

    private static final String FORMAT = "gemini/3";

    static StatePart encode(
            final StateStoreContext<?> context,
            final List<StateSchema> schemas,
            final GeminiPart part) {
        return KeyedPart.of(
                context,
                FORMAT,
                schemas,
                part.handles,
                out -> {
                    part.numbers.forEach(out::putVarInt);
                    for (final KeyGroupRange range : part.groups) {
                        out.putVarInt(range.first());
                        out.putVarInt(range.last());
                    }
                });
    }

    /**
     * Reads a part.
     *
     * @throws IllegalArgumentException if it is another store's, or of other keys
     */
    static GeminiPart decode(final StatePart part, final StateStoreContext<?> context) {
        final RecordInput in = KeyedPart.open(part, context, FORMAT);
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
}
