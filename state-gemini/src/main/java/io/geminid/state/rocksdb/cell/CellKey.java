package io.geminid.state.rocksdb.cell;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.base.AbstractStateStore;
import io.geminid.state.rocksdb.db.KeyBytes;
import io.geminid.state.rocksdb.db.KeyInput;
import java.time.InstantSource;

/**
 * Says where the cells of the store's current key are. Group and key are written once for each
 * change of the current key, however many states are then touched. One for all states of a store;
 * task thread only.
 */
public final class CellKey {

    private final AbstractStateStore<?> store;
    private final KeyBytes bytes;
    private final KeyInput input;
    private int keyEnd;

    /**
     * Follows a store.
     *
     * @param store which
     */
    public CellKey(final AbstractStateStore<?> store) {
        this.store = store;
        this.bytes = new KeyBytes(store.context().maxParallelism());
        this.input = new KeyInput(store.context().maxParallelism());
    }

    /** The store has another current key. */
    public void keyChanged() {
        keyEnd = 0;
    }

    /**
     * Writes where the current key's cells begin.
     *
     * @return may be written to
     * @throws IllegalStateException if there is no current key or the store is closed
     */
    KeyBytes ofCurrentKey() {
        final int keyGroup = store.currentKeyGroup(); // refuses, so it comes first
        if (keyEnd == 0) {
            writeKey(store, keyGroup);
        }
        return bytes.cut(keyEnd);
    }

    private <K> void writeKey(final AbstractStateStore<K> of, final int keyGroup) {
        bytes.cut(0).group(keyGroup).part(of.currentKey(), of.context().keySerializer());
        keyEnd = bytes.length();
    }

    /**
     * Writes where the current key's cell in a namespace is.
     *
     * @return may be written to
     */
    <N> KeyBytes of(final N namespace, final RecordSerializer<N> serializer) {
        final KeyBytes key = ofCurrentKey();
        return serializer == AbstractStateStore.NO_NAMESPACE
                ? key
                : key.part(namespace, serializer);
    }

    /** Reads keys of entries; each use begins anew. */
    KeyInput input() {
        return input;
    }

    InstantSource clock() {
        return store.context().clock();
    }
}
