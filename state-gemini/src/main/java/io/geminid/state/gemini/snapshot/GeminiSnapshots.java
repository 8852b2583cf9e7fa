package io.geminid.state.gemini.snapshot;

import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.manifest.StateSchema;
import io.geminid.state.gemini.log.RecordLog;
import io.geminid.state.gemini.table.RecordTable;
import io.geminid.state.snapshot.SnapshotKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Takes the snapshots of a table, each from the files of the last one that completed and one of the
 * records written since. A file of which no frame is left has nothing but what later files hide.
 *
 * <p>Task thread only.
 */
public final class GeminiSnapshots {

    private static final int NEVER = -1;

    private final StateStoreContext<?> context;
    private final RecordTable table;
    private final StateNames names;

    /** Snapshots begun and neither completed nor given up, by checkpoint. */
    private final TreeMap<Long, GeminiSnapshot> begun = new TreeMap<>();

    private List<SnapshotFile> completed = List.of();

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
    void restoredFrom(final List<SnapshotFile> files) {
        completed = List.copyOf(files);
    }

    /**
     * Stops time for the store: seals the log.
     *
     * @param id of the checkpoint
     * @param kind what it may refer to
     * @return to be written and closed by the caller, on any thread
     */
    public GeminiSnapshot begin(final CheckpointId id, final SnapshotKind kind) {
        final RecordLog log = table.log();
        final int sealed = log.seal();
        final List<SnapshotFile> base = new ArrayList<>();
        int after = NEVER;
        if (kind == SnapshotKind.INCREMENTAL) {
            for (final SnapshotFile file : completed) {
                after = Math.max(after, file.last());
                if (log.hasFrames(file.after(), file.last())) {
                    base.add(file);
                }
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
        begun.put(id.checkpoint(), snapshot);
        return snapshot;
    }

    /**
     * A checkpoint is complete.
     *
     * @param id of any checkpoint
     */
    public void completed(final CheckpointId id) {
        final GeminiSnapshot snapshot = begun.get(id.checkpoint());
        if (snapshot != null && snapshot.files() != null) {
            completed = snapshot.files();
        }
        begun.headMap(id.checkpoint(), true).clear();
    }

    /**
     * A checkpoint will not complete.
     *
     * @param id of any checkpoint
     */
    public void aborted(final CheckpointId id) {
        begun.remove(id.checkpoint());
    }
}
