package io.geminid.state.gemini.snapshot;

import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.StateSchema;
import io.geminid.state.gemini.table.RecordTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Begins to fill a table with what snapshots wrote, of its own key groups: reads what is where, and
 * the timers. Task thread; blocks.
 */
public final class GeminiRestore {

    private final StateStoreContext<?> context;
    private final CheckpointStorage storage;
    private final RecordTable table;
    private final StateNames names;

    /**
     * Restores one store.
     *
     * @param context the store's
     * @param storage where the parts are
     * @param table empty
     * @param names empty
     */
    public GeminiRestore(
            final StateStoreContext<?> context,
            final CheckpointStorage storage,
            final RecordTable table,
            final StateNames names) {
        this.context = context;
        this.storage = storage;
        this.table = table;
        this.names = names;
    }

    /** A file of which this store takes over some key groups. */
    private record Ours(StateHandle handle, KeyGroupRange groups, Map<Integer, Integer> numbers) {}

    /**
     * Begins.
     *
     * @param checkpoint its number
     * @param parts of a checkpoint; those without a common key group are passed over
     * @param snapshots is told what later snapshots may refer to
     * @param unloaded gets what is still to be done
     * @throws IOException if a file cannot be read; {@code CorruptStateException} names the damaged
     *     one. The table is to be closed then
     * @throws IllegalArgumentException if a part is another store's, or of other keys
     */
    public void restore(
            final long checkpoint,
            final List<StatePart> parts,
            final GeminiSnapshots snapshots,
            final Unloaded unloaded)
            throws IOException {
        final List<GeminiPart> decoded = new ArrayList<>();
        parts.forEach(part -> decoded.add(GeminiPart.decode(part, context)));
        final List<Ours> ours = new ArrayList<>();
        boolean sameNumbers = true;
        for (int i = 0; i < parts.size(); i++) {
            final Map<Integer, Integer> numbers = renumbered(parts.get(i), decoded.get(i));
            final List<StateHandle> handles = decoded.get(i).handles();
            for (int j = 0; j < handles.size(); j++) {
                final KeyGroupRange groups = common(decoded.get(i).groups().get(j));
                if (groups != null) {
                    ours.add(new Ours(handles.get(j), groups, numbers));
                    sameNumbers &= numbers.entrySet().stream().allMatch(GeminiRestore::isSame);
                }
            }
        }
        final List<StoredFile> stored = open(ours);
        if (sameNumbers && checkpoint != 0) {
            snapshots.restoredFrom(
                    checkpoint, stored.stream().map(StoredFile::snapshotFile).toList());
        }
        unloaded.begin(stored);
    }

    private static boolean isSame(final Map.Entry<Integer, Integer> number) {
        return number.getKey().equals(number.getValue());
    }

    private KeyGroupRange common(final KeyGroupRange there) {
        final int first = Math.max(context.keyGroups().first(), there.first());
        final int last = Math.min(context.keyGroups().last(), there.last());
        return first <= last ? new KeyGroupRange(first, last) : null;
    }

    private List<StoredFile> open(final List<Ours> ours) throws IOException {
        final List<StoredFile> stored = new ArrayList<>();
        final int before = table.log().reserveEpochs(ours.size());
        boolean opened = false;
        try {
            for (final Ours each : ours) {
                final StoredFile.Place place =
                        new StoredFile.Place(storage, each.numbers, context.maxParallelism());
                final int epoch = before + 1 + stored.size();
                stored.add(StoredFile.open(place, each.handle, epoch, each.groups));
                if (stored.size() > Unloaded.OPEN_MAX) {
                    stored.get(stored.size() - 1).close();
                }
            }
            opened = true;
            return stored;
        } finally {
            if (!opened) {
                for (final StoredFile file : stored) {
                    file.close();
                }
            }
        }
    }

    /** The numbers that the part's states have here, by the number they have in the part. */
    private Map<Integer, Integer> renumbered(final StatePart part, final GeminiPart decoded) {
        final Map<Integer, Integer> numbers = new HashMap<>();
        for (int i = 0; i < part.schemas().size(); i++) {
            final StateSchema schema = part.schemas().get(i);
            final int here = names.numberOf(schema.name(), schema.schema());
            final int there = decoded.numbers().get(i);
            numbers.put(there, here);
            numbers.put(there + 1, here + 1);
        }
        return numbers;
    }
}
