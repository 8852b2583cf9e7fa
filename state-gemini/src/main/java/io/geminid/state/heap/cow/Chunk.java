package io.geminid.state.heap.cow;

import java.util.function.IntFunction;

/** A small table with open addressing; the unit that is copied. Three quarters of it get used. */
final class Chunk {

    final int version;
    final int depth;
    final Object[] keys;
    final Object[] cells;
    final int[] cellVersions;
    private final int[] hashes;
    private int used;

    Chunk(final int slots, final int depth, final int version) {
        this.version = version;
        this.depth = depth;
        this.keys = new Object[slots];
        this.cells = new Object[slots];
        this.cellVersions = new int[slots];
        this.hashes = new int[slots];
    }

    Chunk(final Chunk other, final int version) {
        this.version = version;
        this.depth = other.depth;
        this.keys = other.keys.clone();
        this.cells = other.cells.clone();
        this.cellVersions = other.cellVersions.clone();
        this.hashes = other.hashes.clone();
        this.used = other.used;
    }

    int slots() {
        return keys.length;
    }

    boolean isFull() {
        return used >= keys.length - (keys.length >> 2);
    }

    /** The slot of a key, or -1. */
    int find(final int hash, final Object key) {
        final int mask = keys.length - 1;
        for (int slot = hash & mask; keys[slot] != null; slot = (slot + 1) & mask) {
            if (hashes[slot] == hash && keys[slot].equals(key)) {
                return slot;
            }
        }
        return -1;
    }

    void set(final int slot, final Object cell, final int cellVersion) {
        cells[slot] = cell;
        cellVersions[slot] = cellVersion;
    }

    void insert(final int hash, final Object key, final Object cell, final int cellVersion) {
        assert !isFull();
        final int mask = keys.length - 1;
        int slot = hash & mask;
        while (keys[slot] != null) {
            slot = (slot + 1) & mask;
        }
        keys[slot] = key;
        hashes[slot] = hash;
        set(slot, cell, cellVersion);
        used++;
    }

    /** Closes the gap, so that no marks of removed keys are needed. */
    void delete(final int slot) {
        final int mask = keys.length - 1;
        int gap = slot;
        for (int next = (gap + 1) & mask; keys[next] != null; next = (next + 1) & mask) {
            final int home = hashes[next] & mask;
            if (((next - home) & mask) >= ((next - gap) & mask)) {
                keys[gap] = keys[next];
                hashes[gap] = hashes[next];
                set(gap, cells[next], cellVersions[next]);
                gap = next;
            }
        }
        keys[gap] = null;
        cells[gap] = null;
        used--;
    }

    boolean hasOneHash() {
        Integer first = null;
        for (int slot = 0; slot < keys.length; slot++) {
            if (keys[slot] != null) {
                if (first == null) {
                    first = hashes[slot];
                } else if (first != hashes[slot]) {
                    return false;
                }
            }
        }
        return true;
    }

    void moveTo(final IntFunction<Chunk> targets) {
        for (int slot = 0; slot < keys.length; slot++) {
            if (keys[slot] != null) {
                targets.apply(hashes[slot])
                        .insert(hashes[slot], keys[slot], cells[slot], cellVersions[slot]);
            }
        }
    }
}
