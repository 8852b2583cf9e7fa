package io.geminid.state.rocksdb.snapshot;

import io.geminid.state.checkpoint.StateHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which sorted files the snapshots consist of that may yet be somebody's base. Nobody deletes these
 * files until then. Any thread.
 */
final class UploadedFiles {

    /** Of more nobody hopes to become a base. */
    private static final int WRITTEN_MAX = 64;

    private final TreeMap<Long, Map<String, StateHandle>> written = new TreeMap<>();

    /** Name to handle of what a snapshot on this base may refer to; later bases are no smaller. */
    synchronized Map<String, StateHandle> of(final long base) {
        written.headMap(base).clear();
        return base == 0 ? Map.of() : written.getOrDefault(base, Map.of());
    }

    /** A snapshot consists of these files; nobody knows yet whether it completes. */
    synchronized void written(final long checkpoint, final Map<String, StateHandle> files) {
        final Map<String, StateHandle> tables = new HashMap<>(files);
        tables.keySet().removeIf(name -> !name.endsWith(PartFiles.TABLE_SUFFIX));
        written.put(checkpoint, Map.copyOf(tables));
        if (written.size() > WRITTEN_MAX) {
            written.pollFirstEntry();
        }
    }
}
