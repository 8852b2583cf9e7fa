package io.geminid.state.rocksdb;

import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.base.Directories;
import io.geminid.state.rocksdb.db.Database;
import io.geminid.state.rocksdb.db.DatabaseHome;
import io.geminid.state.rocksdb.db.NativeMemory;
import io.geminid.state.rocksdb.db.RocksDbSettings;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** The stores of a process, which share their memory. Thread-safe. */
public final class RocksDbStores implements StateStoreFactory {

    private final Path directory;
    private final RocksDbSettings settings;
    private final NativeMemory memory;
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();

    /**
     * Gets the memory that the stores share.
     *
     * @param directory holds a directory for each store
     * @param settings as configured
     */
    public RocksDbStores(final Path directory, final RocksDbSettings settings) {
        this.directory = directory;
        this.settings = settings;
        this.memory = new NativeMemory(settings.memoryBytes());
    }

    @Override
    public <K> StateStore<K> create(final StateStoreContext<K> context) {
        final DatabaseHome home =
                new DatabaseHome(
                        context.name(),
                        directory.resolve("rocksdb-" + made.incrementAndGet()),
                        path -> new Database(context.name(), path, memory, settings));
        final StateStore<K> store = new RocksDbStateStore<>(context, home, open::decrementAndGet);
        open.incrementAndGet();
        return store;
    }

    /**
     * What all stores use of the memory they share.
     *
     * @return bytes
     */
    public long usedBytes() {
        return memory.usedBytes();
    }

    /**
     * Frees the memory.
     *
     * @throws IllegalStateException if a store is still open: it would touch freed memory
     */
    @Override
    public void close() {
        if (open.get() != 0) {
            throw new IllegalStateException("directory=" + directory + " openStores=" + open.get());
        }
        memory.close();
        Directories.delete(directory);
    }
}
