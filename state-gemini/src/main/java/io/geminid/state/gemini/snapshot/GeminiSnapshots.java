package io.geminid.state.gemini.snapshot;

import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.manifest.StateSchema;
import io.geminid.state.gemini.log.RecordLog;
import io.geminid.state.gemini.snapshot.GeminiSnapshot.Piece;
import io.geminid.state.gemini.table.RecordTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Takes the snapshots of a table, each from the files of its base and the records written since. A
 * file of which no record is left in the log has nothing but what later files hide; of one that is
 * mostly dead or small, {@link Compaction} says when to write what is live of it anew.
 *
 * <p>Task thread only.
 */
public final class GeminiSnapshots {

    private static final int NEVER = -1;

    /** Not more of an epoch than that is a file of its own, unless little is alive. */
    private static final int PIECES_OF_ALL = 64;

    private static final long PIECE_BYTES_MIN = 1 << 20;

    private final StateStoreContext<?> context;
    private final RecordTable table;
    private final StateNames names;
    private final Unloaded unloaded;

    /** Of more nobody hopes to become a base. */
    private static final int KNOWN_MAX = 64;

    /** What each snapshot consists of that may yet be a base, by checkpoint; null: not written. */
    private final TreeMap<Long, AtomicReference<List<SnapshotFile>>> known = new TreeMap<>();

    /**
     * Takes none yet.
     *
     * @param context the store's
     * @param table stays the caller's
     * @param names of its states
     * @param unloaded what is not in the table yet
     */
    public GeminiSnapshots(
            final StateStoreContext<?> context,
            final RecordTable table,
            final StateNames names,
            final Unloaded unloaded) {
        this.context = context;
        this.table = table;
        this.names = names;
        this.unloaded = unloaded;
    }

    /** The store was restored from these files, each in epochs of its own. */
    void restoredFrom(final long checkpoint, final List<SnapshotFile> files) {
        known.put(checkpoint, new AtomicReference<>(List.copyOf(files)));
    }

    /**
     * Stops time for the store: seals the log.
     *
     * @param checkpoint says what it may refer to
     * @return to be written and closed by the caller, on any thread
     */
    public GeminiSnapshot begin(final BegunCheckpoint checkpoint) {
        final List<SnapshotFile> base = filesOf(checkpoint.base());
        if (base.isEmpty()) {
            unloaded.loadAll(); // its files may be gone as soon as this snapshot is complete
        }
        final int sealed = table.log().seal();
        final List<Piece> pieces = pieces(base, sealed, checkpoint.rewrite());
        final List<StateSchema> schemas = names.schemas();
        final List<Integer> numbers = names.numbers();
        final AtomicReference<List<SnapshotFile>> files = new AtomicReference<>();
        final BitSet timers = names.timers();
        final GeminiSnapshot snapshot =
                new GeminiSnapshot(
                        table,
                        pieces,
                        timers,
                        context.keyGroups(),
                        written -> {
                            files.set(written);
                            return GeminiPart.encode(context, schemas, part(written, numbers));
                        });
        known.put(checkpoint.id().checkpoint(), files);
        if (known.size() > KNOWN_MAX) {
            known.pollFirstEntry();
        }
        return snapshot;
    }

    private static GeminiPart part(final List<SnapshotFile> files, final List<Integer> numbers) {
        return new GeminiPart(
                files.stream().map(SnapshotFile::handle).toList(),
                files.stream().map(SnapshotFile::groups).toList(),
                numbers);
    }

    /** None, if the base is unknown or its snapshot was never written. */
    private List<SnapshotFile> filesOf(final long checkpoint) {
        known.headMap(checkpoint).clear();
        final AtomicReference<List<SnapshotFile>> files = known.get(checkpoint);
        final List<SnapshotFile> written = checkpoint == 0 || files == null ? null : files.get();
        return written == null ? List.of() : written;
    }

    private List<Piece> pieces(
            final List<SnapshotFile> base, final int sealed, final Set<UUID> rewrite) {
        final RecordLog log = table.log();
        final boolean complete = unloaded.isEmpty();
        final List<SnapshotFile> left = new ArrayList<>();
        final List<Long> live = new ArrayList<>();
        int after = NEVER;
        for (final SnapshotFile file : base) {
            after = file.last();
            final long liveBytes = log.liveBytes(file.after(), file.last());
            if (!complete || liveBytes > 0) {
                left.add(file);
                live.add(liveBytes);
            }
        }
        final boolean[] anew =
                complete
                        ? anew(left, live, log.liveBytes(after, sealed), rewrite)
                        : new boolean[left.size()];
        final List<Piece> pieces = new ArrayList<>();
        final List<Integer> epochs = new ArrayList<>();
        for (int i = 0; i < anew.length; i++) {
            final SnapshotFile file = left.get(i);
            if (anew[i]) {
                addEpochs(epochs, file.after(), file.last());
            } else {
                cut(epochs, pieces);
                pieces.add(Piece.kept(file));
            }
        }
        addEpochs(epochs, after, sealed);
        cut(epochs, pieces);
        return pieces;
    }

    private boolean[] anew(
            final List<SnapshotFile> files,
            final List<Long> live,
            final long newBytes,
            final Set<UUID> rewrite) {
        final double stored = storedShare(files);
        final List<Compaction.Candidate> candidates = new ArrayList<>();
        final boolean[] wanted = new boolean[files.size()];
        for (final SnapshotFile file : files) {
            final int i = candidates.size();
            wanted[i] = rewrite.contains(file.handle().file().id());
            candidates.add(new Compaction.Candidate(file.bytes(), (long) (live.get(i) * stored)));
        }
        return new Compaction((long) (newBytes * stored), (long) (table.log().liveTotal() * stored))
                .choose(candidates, wanted);
    }

    /** Bytes in a file for each live byte in the log: what the files of this store had. */
    private double storedShare(final List<SnapshotFile> files) {
        long bytes = 0;
        long logBytes = 0;
        for (final SnapshotFile file : files) {
            bytes += file.logBytes() == 0 ? 0 : file.bytes();
            logBytes += file.logBytes();
        }
        final long live = Math.max(1, table.log().liveTotal());
        return logBytes == 0
                ? 1 - (double) table.size() * GeminiSnapshot.SAVED_BYTES / live
                : (double) bytes / logBytes;
    }

    private void addEpochs(final List<Integer> epochs, final int after, final int last) {
        for (final int epoch : table.log().epochs(after, last)) {
            epochs.add(epoch);
        }
    }

    /** Makes pieces of neighbouring epochs, which are then forgotten. */
    private void cut(final List<Integer> epochs, final List<Piece> pieces) {
        final RecordLog log = table.log();
        final long pieceBytes = Math.max(PIECE_BYTES_MIN, log.liveTotal() / PIECES_OF_ALL);
        int first = 0;
        long bytes = 0;
        for (int i = 0; i < epochs.size(); i++) {
            bytes += log.liveBytes(epochs.get(i) - 1, epochs.get(i));
            if (bytes >= pieceBytes || i == epochs.size() - 1) {
                pieces.add(pinned(epochs.get(first) - 1, epochs.get(i)));
                first = i + 1;
                bytes = 0;
            }
        }
        epochs.clear();
    }

    private Piece pinned(final int after, final int last) {
        return new Piece(null, table.log().pin(after, last), after, last);
    }
}
