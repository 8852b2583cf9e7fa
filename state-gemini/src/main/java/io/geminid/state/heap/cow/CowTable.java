package io.geminid.state.heap.cow;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * A hash table whose snapshot costs a pointer. It is a directory of chunks of at most {@value
 * #CHUNK_SLOTS} slots each (more only for keys of one hash); a full chunk is split in two, so that
 * no insertion ever moves more than one chunk (extendible hashing). What a snapshot sees is copied
 * before it is changed: the directory, a chunk, or a cell, each at most once for a snapshot.
 *
 * <p>Iteration is in the order of hashes, which depends on the calls made before and on nothing
 * else. Task thread only, but for {@link View}.
 *
 * @param <K> type of the keys, which need {@code equals} and a {@code hashCode} that is the same in
 *     every process
 * @param <C> type of the cells; whether they may be changed is the user's to know, see {@link #own}
 */
public final class CowTable<K, C> {

    private static final int CHUNK_SLOTS = 256;
    private static final int CHUNK_SLOTS_MIN = 8;

    /** A directory of more than this is not worth it: chunks grow instead. */
    private static final int DEPTH_MAX = 24;

    private final CowVersions versions;
    private Chunk[] directory = {null};
    private int directoryVersion;
    private int depth;
    private int size;

    /**
     * An empty table.
     *
     * @param versions of the store that it belongs to
     */
    public CowTable(final CowVersions versions) {
        this.versions = versions;
    }

    /**
     * Number of keys.
     *
     * @return 0 or more
     */
    public int size() {
        return size;
    }

    /**
     * Finds a cell to read.
     *
     * @param key whose
     * @return the cell, which must not be changed; null if there is none
     */
    public C get(final K key) {
        final int hash = hash(key);
        final Chunk chunk = directory[place(hash)];
        if (chunk == null) {
            return null;
        }
        final int slot = chunk.find(hash, key);
        return slot < 0 ? null : cell(chunk, slot);
    }

    /**
     * Finds a cell to change.
     *
     * @param key whose
     * @param copier copies a cell that a snapshot sees; only what is changed need be copied
     * @return the cell; null if there is none
     */
    public C own(final K key, final UnaryOperator<C> copier) {
        final int hash = hash(key);
        Chunk chunk = directory[place(hash)];
        final int slot = chunk == null ? -1 : chunk.find(hash, key);
        if (slot < 0) {
            return null;
        }
        if (versions.isShared(chunk.cellVersions[slot])) {
            chunk = ownChunk(hash);
            chunk.set(slot, copier.apply(cell(chunk, slot)), versions.current());
        }
        return cell(chunk, slot);
    }

    /**
     * Writes a cell.
     *
     * @param key whose; kept if it is new
     * @param cell the cell, not null
     * @return what it replaces, or null
     */
    public C put(final K key, final C cell) {
        Objects.requireNonNull(cell, "cell");
        final int hash = hash(key);
        Chunk chunk = ownChunk(hash);
        final int slot = chunk.find(hash, key);
        if (slot >= 0) {
            final C before = cell(chunk, slot);
            chunk.set(slot, cell, versions.current());
            return before;
        }
        while (chunk.isFull()) {
            makeRoom(chunk, hash);
            chunk = ownChunk(hash);
        }
        chunk.insert(hash, key, cell, versions.current());
        size++;
        return null;
    }

    /**
     * Removes a cell.
     *
     * @param key whose
     * @return what was removed, or null
     */
    public C remove(final K key) {
        final int hash = hash(key);
        final Chunk chunk = directory[place(hash)];
        final int slot = chunk == null ? -1 : chunk.find(hash, key);
        if (slot < 0) {
            return null;
        }
        final C removed = cell(chunk, slot);
        ownChunk(hash).delete(slot);
        size--;
        return removed;
    }

    /**
     * What is in the table now.
     *
     * @return stays as it is as long as the snapshot begun right after this is open
     */
    public View<K, C> view() {
        return new View<>(directory);
    }

    private int place(final int hash) {
        return hash >>> 1 >>> (31 - depth);
    }

    /** The chunk of a hash, free to be changed. */
    private Chunk ownChunk(final int hash) {
        final Chunk chunk = directory[place(hash)];
        if (chunk == null) {
            final Chunk made = new Chunk(CHUNK_SLOTS_MIN, 0, versions.current());
            point(hash, made);
            return made;
        }
        if (!versions.isShared(chunk.version)) {
            return chunk;
        }
        final Chunk copy = new Chunk(chunk, versions.current());
        point(hash, copy);
        return copy;
    }

    private void makeRoom(final Chunk full, final int hash) {
        if (full.slots() < CHUNK_SLOTS || full.depth == DEPTH_MAX || full.hasOneHash()) {
            final Chunk larger = new Chunk(2 * full.slots(), full.depth, versions.current());
            full.moveTo(chunkHash -> larger);
            point(hash, larger);
            return;
        }
        if (full.depth == depth) {
            doubleDirectory();
        }
        final int below = full.depth + 1;
        final Chunk low = new Chunk(full.slots(), below, versions.current());
        final Chunk high = new Chunk(full.slots(), below, versions.current());
        full.moveTo(chunkHash -> (chunkHash >>> (32 - below) & 1) == 0 ? low : high);
        final int bit = 1 << (32 - below);
        point(hash & ~bit, low);
        point(hash | bit, high);
    }

    private void doubleDirectory() {
        final Chunk[] doubled = new Chunk[2 * directory.length];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = directory[i >> 1];
        }
        directory = doubled;
        directoryVersion = versions.current();
        depth++;
    }

    /** Lets all directory entries that a chunk covers point at it. */
    private void point(final int hash, final Chunk chunk) {
        if (versions.isShared(directoryVersion)) {
            directory = directory.clone();
            directoryVersion = versions.current();
        }
        final int covered = 1 << (depth - chunk.depth);
        final int first = place(hash) & -covered;
        Arrays.fill(directory, first, first + covered, chunk);
    }

    @SuppressWarnings("unchecked") // only put and own write cells
    private C cell(final Chunk chunk, final int slot) {
        return (C) chunk.cells[slot];
    }

    /** Not the hash that chose the key group: within a group that one's bits are not free. */
    private static int hash(final Object key) {
        int h = key.hashCode() * 0x9E3779B9;
        h = (h ^ (h >>> 15)) * 0x2C1B3C6D;
        h = (h ^ (h >>> 12)) * 0x297A2D39;
        return h ^ (h >>> 15);
    }

    /**
     * The content of a table at some moment. One thread at a time, which saw the snapshot begin.
     *
     * @param <K> type of the keys
     * @param <C> type of the cells
     */
    public static final class View<K, C> {
        private final Chunk[] directory;

        private View(final Chunk[] directory) {
            this.directory = directory;
        }

        /**
         * Visits all.
         *
         * @param visitor gets key and cell, which must not be changed
         */
        @SuppressWarnings("unchecked") // a table's own chunks
        public void forEach(final BiConsumer<? super K, ? super C> visitor) {
            Chunk before = null;
            for (final Chunk chunk : directory) {
                if (chunk != null && chunk != before) {
                    for (int slot = 0; slot < chunk.keys.length; slot++) {
                        if (chunk.keys[slot] != null) {
                            visitor.accept((K) chunk.keys[slot], (C) chunk.cells[slot]);
                        }
                    }
                }
                before = chunk;
            }
        }
    }
}
