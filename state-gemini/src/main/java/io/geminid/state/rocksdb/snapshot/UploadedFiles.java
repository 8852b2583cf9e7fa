package io.geminid.state.rocksdb.snapshot;

import io.geminid.state.checkpoint.StateHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which sorted files the snapshots consist of. One may refer to those of the last one that is known
 * to be complete: nobody deletes these as long as it is the last. Any thread.
 */
final class UploadedFiles {

    private final TreeMap<Long, Map<String, StateHandle>> written = new TreeMap<>();
    private Map<String, StateHandle> completed = Map.of();

    /** Name to handle of what may be referred to now. */
    synchronized Map<String, StateHandle> completed() {
        return completed;
    }

    /** The store was restored from a complete snapshot of exactly its key groups. */
    synchronized void restoredFrom(final Map<String, StateHandle> files) {
        completed = tables(files);
    }

    /** A snapshot consists of these files; nobody knows yet whether it completes. */
    synchronized void written(final long checkpoint, final Map<String, StateHandle> files) {
        written.put(checkpoint, tables(files));
    }

    /** A checkpoint is complete; those before it never will be. */
    synchronized void completed(final long checkpoint) {
        final Map<String, StateHandle> files = written.get(checkpoint);
        if (files != null) {
            completed = files;
        }
        written.headMap(checkpoint, true).clear();
    }

    /** A checkpoint will not complete. */
    synchronized void aborted(final long checkpoint) {
        written.remove(checkpoint);
    }

    private static Map<String, StateHandle> tables(final Map<String, StateHandle> files) {
        final Map<String, StateHandle> tables = new HashMap<>(files);
        tables.keySet().removeIf(name -> !name.endsWith(PartFiles.TABLE_SUFFIX));
        return Map.copyOf(tables);
    }
}
