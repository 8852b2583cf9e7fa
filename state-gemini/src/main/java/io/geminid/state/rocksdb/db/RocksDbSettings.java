package io.geminid.state.rocksdb.db;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import java.util.List;

/**
 * What can be chosen; everything else is as {@link NativeMemory} and {@link Database} say.
 *
 * @param memoryBytes of block cache and write buffers together, for all stores of the process
 * @param backgroundThreads that flush and compact, for each store
 */
public record RocksDbSettings(long memoryBytes, int backgroundThreads) {

    private static final long MEMORY_BYTES_MIN = 4L << 20;

    /** Native memory of all stores of the process. */
    public static final ConfigKey<Long> MEMORY_BYTES =
            ConfigKey.bytes(
                    "geminid.state.rocksdb.memory-bytes",
                    "256mb",
                    MEMORY_BYTES_MIN,
                    1L << 42,
                    "Block cache, indexes, filters and write buffers of all RocksDB stores of a"
                            + " process together.");

    /** Threads that flush and compact. */
    public static final ConfigKey<Integer> BACKGROUND_THREADS =
            ConfigKey.integer(
                    "geminid.state.rocksdb.background-threads",
                    2,
                    1,
                    64,
                    "Flushes and compactions of one store at the same time.");

    /** All of them. */
    public static final List<ConfigKey<?>> KEYS = List.of(MEMORY_BYTES, BACKGROUND_THREADS);

    /**
     * As configured.
     *
     * @param properties checked
     * @return the settings
     */
    public static RocksDbSettings from(final GeminidProperties properties) {
        return new RocksDbSettings(
                properties.get(MEMORY_BYTES), properties.get(BACKGROUND_THREADS));
    }
}
