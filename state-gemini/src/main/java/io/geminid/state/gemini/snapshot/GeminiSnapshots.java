package io.geminid.state.gemini.snapshot;

import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.manifest.StateSchema;
import io.geminid.state.gemini.log.RecordLog;
import io.geminid.state.gemini.table.RecordTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Takes the snapshots of a table, each from the files of its base and one of the records written
 * since. A file of which no frame is left has nothing but what later files hide.
 *
 * <p>Task thread only.
 */
public final class GeminiSnapshots {

    private static final int NEVER = -1;

    private final StateStoreContext<?> context;
    private final RecordTable table;
    private final StateNames names;

    /** What each snapshot consists of that may yet be a base, by checkpoint. */
    private final TreeMap<Long, Supplier<List<SnapshotFile>>> known = new TreeMap<>();

    /**
     * Takes none yet.
     *
     * @param context the store's
     * @param table stays the caller's
     * @param names of its states
     */
    public GeminiSnapshots(
            final StateStoreContext<?> context, final RecordTable table, final StateNames names) {
        this.context = context;
        this.table = table;
        this.names = names;
    }

    /** The store was restored from these files, each in epochs of its own. */
    void restoredFrom(final long checkpoint, final List<SnapshotFile> files) {
        final List<SnapshotFile> copy = List.copyOf(files);
        known.put(checkpoint, () -> copy);
    }

    /**
     * Stops time for the store: seals the log.
     *
     * @param checkpoint says what it may refer to
     * @return to be written and closed by the caller, on any thread
     */
    public GeminiSnapshot begin(final BegunCheckpoint checkpoint) {
        final RecordLog log = table.log();
        final int sealed = log.seal();
        final List<SnapshotFile> base = new ArrayList<>();
        int after = NEVER;
        for (final SnapshotFile file : filesOf(checkpoint.base())) {
            after = Math.max(after, file.last());
            if (log.hasFrames(file.after(), file.last())) {
                base.add(file);
            }
        }
        final List<StateSchema> schemas = names.schemas();
        final List<Integer> numbers = names.numbers();
        final int[] frames = log.pin(after);
        // Taken now: the log's own tables are the task's.
        final int[] ends = Arrays.stream(frames).map(log::usedBytes).toArray();
        final GeminiSnapshot snapshot =
                new GeminiSnapshot(
                        table,
                        new GeminiSnapshot.Content(base, frames, ends, after, sealed),
                        files ->
                                GeminiPart.encode(
                                        context, schemas, new GeminiPart(files, numbers)));
        known.put(checkpoint.id().checkpoint(), snapshot::files);
        return snapshot;
    }

    /** None, if the base is unknown or its snapshot was never written. */
    private List<SnapshotFile> filesOf(final long checkpoint) {
        known.headMap(checkpoint).clear();
        final Supplier<List<SnapshotFile>> files = known.get(checkpoint);
        final List<SnapshotFile> written = checkpoint == 0 || files == null ? null : files.get();
        return written == null ? List.of() : written;
    }
}
