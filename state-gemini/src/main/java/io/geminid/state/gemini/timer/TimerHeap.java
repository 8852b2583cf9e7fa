package io.geminid.state.gemini.timer;

import java.util.Arrays;

/**
 * A binary heap of (timestamp, hash) in two arrays: no object for each timer. Equal timestamps come
 * in the order in which they were added.
 */
final class TimerHeap {

    private long[] timestamps = new long[16];
    private long[] sequences = new long[16];
    private int[] hashes = new int[16];
    private int size;
    private long nextSequence;

    int size() {
        return size;
    }

    long firstTimestamp() {
        return timestamps[0];
    }

    int firstHash() {
        return hashes[0];
    }

    void add(final long timestamp, final int hash) {
        if (size == timestamps.length) {
            timestamps = Arrays.copyOf(timestamps, 2 * size);
            sequences = Arrays.copyOf(sequences, 2 * size);
            hashes = Arrays.copyOf(hashes, 2 * size);
        }
        int at = size;
        size++;
        final long sequence = nextSequence;
        nextSequence++;
        while (at > 0) {
            final int parent = at - 1 >>> 1;
            if (isBefore(timestamps[parent], sequences[parent], timestamp, sequence)) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        set(at, timestamp, sequence, hash);
    }

    void removeFirst() {
        size--;
        if (size == 0) {
            return;
        }
        final long timestamp = timestamps[size];
        final long sequence = sequences[size];
        final int hash = hashes[size];
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size
                    && isBefore(
                            timestamps[child + 1],
                            sequences[child + 1],
                            timestamps[child],
                            sequences[child])) {
                child++;
            }
            if (isBefore(timestamp, sequence, timestamps[child], sequences[child])) {
                break;
            }
            move(child, at);
            at = child;
        }
        set(at, timestamp, sequence, hash);
    }

    private static boolean isBefore(
            final long timestamp, final long sequence, final long other, final long otherSequence) {
        return timestamp < other || timestamp == other && sequence < otherSequence;
    }

    private void move(final int from, final int to) {
        set(to, timestamps[from], sequences[from], hashes[from]);
    }

    private void set(final int at, final long timestamp, final long sequence, final int hash) {
        timestamps[at] = timestamp;
        sequences[at] = sequence;
        hashes[at] = hash;
    }
}
