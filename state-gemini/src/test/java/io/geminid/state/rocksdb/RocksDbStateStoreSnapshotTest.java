package io.geminid.state.rocksdb;

import io.geminid.state.StateStoreFactory;
import io.geminid.state.StateStoreSnapshotModelContract;
import io.geminid.state.rocksdb.db.RocksDbSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract of snapshots, run by the store on RocksDB. */
class RocksDbStateStoreSnapshotTest extends StateStoreSnapshotModelContract {

    private static final RocksDbSettings SMALL = new RocksDbSettings(16 << 20, 2);

    /** Each snapshot flushes and each restore opens a database for each subtask. */
    private static final int OPERATIONS = 10_000;

    @TempDir private static Path directory;

    private static RocksDbStores stores;

    @BeforeAll
    static void open() {
        stores = new RocksDbStores(directory.resolve("state"), SMALL);
    }

    @AfterAll
    static void everyStoreWasClosed() {
        stores.close();
    }

    @Override
    protected StateStoreFactory factory() {
        return stores;
    }

    @Override
    protected int operations() {
        return OPERATIONS;
    }
}
