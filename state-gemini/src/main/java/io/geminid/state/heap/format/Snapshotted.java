package io.geminid.state.heap.format;

import java.io.IOException;
import java.util.List;

/** A state or a queue of timers, as a snapshot sees it. */
public interface Snapshotted {

    /**
     * What is in it now.
     *
     * @return a writer for each key group of the store
     */
    List<GroupWriter> view();

    /**
     * Adds one entry that a {@link GroupWriter} wrote. May change the store's current key.
     *
     * @param in exactly the entry is read from it
     */
    void read(FieldInput in);

    /** Writes the entries of one key group; on any thread. */
    @FunctionalInterface
    interface GroupWriter {
        /**
         * Writes.
         *
         * @param out at the beginning of the group
         * @throws IOException when the storage is full or gone
         */
        void write(BlockWriter out) throws IOException;
    }
}
