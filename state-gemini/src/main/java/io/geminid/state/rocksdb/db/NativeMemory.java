package io.geminid.state.rocksdb.db;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Filter;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that all databases of a process share: one block cache, in which indexes, filters and
 * write buffers are counted too. Split as Flink's managed memory for RocksDB is: write buffers may
 * take a third, and the cache's capacity is five sixths, because write buffers are allowed half as
 * much again for a moment.
 *
 * <p>Thread-safe. Closed after the databases.
 */
public final class NativeMemory implements AutoCloseable {

    /** RocksDB chooses the number of the cache's parts. */
    private static final int PARTS_BY_CAPACITY = -1;

    /** Share of the cache that only indexes and filters use. */
    private static final double INDEX_SHARE = 0.1;

    /** Bits of a key in the Bloom filter: 1 % false positives. */
    private static final double BLOOM_BITS = 10;

    private static final int BLOCK_BYTES = 4096;

    private final long bytes;
    private final Cache cache;
    private final WriteBufferManager writeBuffers;
    private final Filter filter;
    private boolean closed;

    /**
     * Loads the native library and sets up the cache.
     *
     * @param bytes for everything
     */
    public NativeMemory(final long bytes) {
        RocksDB.loadLibrary();
        this.bytes = bytes;
        cache = new LRUCache(bytes * 5 / 6, PARTS_BY_CAPACITY, false, INDEX_SHARE);
        writeBuffers = new WriteBufferManager(writeBufferBytes(), cache);
        filter = new BloomFilter(BLOOM_BITS);
    }

    /**
     * What is in use now.
     *
     * @return bytes of blocks, indexes, filters and write buffers
     */
    public synchronized long usedBytes() {
        return closed ? 0 : cache.getUsage();
    }

    /** All write buffers together. */
    long writeBufferBytes() {
        return bytes / 3;
    }

    WriteBufferManager writeBuffers() {
        return writeBuffers;
    }

    /** How tables are laid out; made for each, because the options take it over. */
    BlockBasedTableConfig tableConfig() {
        return new BlockBasedTableConfig()
                .setBlockSize(BLOCK_BYTES)
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFilterPolicy(filter);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            filter.close();
            writeBuffers.close();
            cache.close();
        }
    }
}
