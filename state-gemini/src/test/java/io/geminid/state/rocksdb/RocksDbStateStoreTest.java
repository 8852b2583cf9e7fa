package io.geminid.state.rocksdb;

import io.geminid.state.StateStoreFactory;
import io.geminid.state.StateStoreModelContract;
import io.geminid.state.rocksdb.db.RocksDbSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract, run by the store on RocksDB, with memory so small that it flushes and compacts. */
class RocksDbStateStoreTest extends StateStoreModelContract {

    private static final RocksDbSettings SMALL = new RocksDbSettings(4 << 20, 2);

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
}
