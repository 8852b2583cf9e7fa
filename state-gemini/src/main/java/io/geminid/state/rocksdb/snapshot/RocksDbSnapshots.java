package io.geminid.state.rocksdb.snapshot;

import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.StateSchema;
import io.geminid.state.rocksdb.db.Database;
import io.geminid.state.rocksdb.db.DatabaseHome;
import io.geminid.state.snapshot.StoreSnapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Takes the snapshots of a database. Task thread only. */
public final class RocksDbSnapshots {

    private final StateStoreContext<?> context;
    private final Database database;
    private final DatabaseHome home;
    private final UploadedFiles uploaded = new UploadedFiles();

    /**
     * Takes none yet.
     *
     * @param context the store's
     * @param database closed by the caller, after the snapshots
     * @param home where it is
     */
    public RocksDbSnapshots(
            final StateStoreContext<?> context, final Database database, final DatabaseHome home) {
        this.context = context;
        this.database = database;
        this.home = home;
    }

    /**
     * The database was restored from one snapshot as it was: the next may refer to its files.
     *
     * @param checkpoint its number
     * @param files name to handle
     */
    public void restoredFrom(final long checkpoint, final Map<String, StateHandle> files) {
        uploaded.written(checkpoint, files);
    }

    /**
     * Stops time for the store: flushes what is in memory and links to all files.
     *
     * @param checkpoint says what it may refer to
     * @param schemas of the states in the store
     * @return to be written and closed by the caller, on any thread
     */
    public StoreSnapshot begin(final BegunCheckpoint checkpoint, final List<StateSchema> schemas) {
        final Path links = home.next();
        database.linkFiles(links);
        return new RocksDbSnapshot(
                files -> {
                    uploaded.written(checkpoint.id().checkpoint(), files);
                    return PartFiles.toPart(context, schemas, files);
                },
                links,
                uploaded.of(checkpoint.base()));
    }
}
