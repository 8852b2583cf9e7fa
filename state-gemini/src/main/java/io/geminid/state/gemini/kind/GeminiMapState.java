package io.geminid.state.gemini.kind;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.state.StateDescriptor.OfMap;
import io.geminid.state.gemini.table.Bytes;
import io.geminid.state.gemini.table.Probe;
import io.geminid.state.kind.MapState;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;

/**
 * A map. Linear hashing over chunks: with every chunk that becomes too full, the next one in turn
 * is split in two, so that a map grows entry by entry.
 *
 * <pre>
 * entry   key bytes (4) | value bytes (4) | stamp (8, if it ages) | key | value
 * </pre>
 */
final class GeminiMapState<N, K, V> extends ChunkedState<N> implements MapState<K, V> {

    private final RecordSerializer<K> keySerializer;
    private final RecordSerializer<V> valueSerializer;
    private final Bytes mapKey = new Bytes();
    private final Bytes value = new Bytes();
    private final Bytes entry = new Bytes();
    private final Bytes kept = new Bytes();
    private final Bytes moved = new Bytes();
    private final RecordInput one = new RecordInput();

    // What seek has found.
    private int chunk;
    private int chunks;
    private int entryAt;
    private int valueAt;
    private int valueBytes;
    private boolean expired;

    GeminiMapState(final StateSpace<N> space, final OfMap<K, V> descriptor) {
        super(space, descriptor.ttlMillis());
        this.keySerializer = descriptor.keySerializer();
        this.valueSerializer = descriptor.valueSerializer();
    }

    private int headBytes() {
        return 2 * Integer.BYTES + (ages() ? Long.BYTES : 0);
    }

    private static int hash(final ByteBuffer memory, final int from, final int bytes) {
        int h = bytes;
        int at = from;
        for (; at <= from + bytes - Integer.BYTES; at += Integer.BYTES) {
            h = (h ^ memory.getInt(at)) * 0x9E3779B1;
            h ^= h >>> 15;
        }
        for (; at < from + bytes; at++) {
            h = (h ^ memory.get(at)) * 0x85EBCA6B;
        }
        h = (h ^ h >>> 16) * 0xC2B2AE35;
        return h ^ h >>> 13;
    }

    private static int chunkOf(final int hash, final int chunks) {
        final int level = Integer.highestOneBit(chunks);
        final int slot = hash & 2 * level - 1;
        return slot < chunks ? slot : slot & level - 1;
    }

    /**
     * Looks for the entry of {@link #mapKey}, and leaves where it is in the fields, offsets counted
     * from the chunk's first element.
     *
     * @return the chunk's elements, at the entry's value; null if there is no entry, live or not
     */
    private RecordInput seek(final Probe cell) {
        chunks = chunks(cell);
        chunk = 0;
        if (chunks == 0) {
            return null;
        }
        final ByteBuffer wanted = mapKey.memory();
        final int wantedBytes = mapKey.length();
        chunk = chunks == 1 ? 0 : chunkOf(hash(wanted, 0, wantedBytes), chunks);
        final RecordInput in = open(cell, chunk);
        final int begin = in.position();
        while (in.remaining() > 0) {
            entryAt = in.position() - begin;
            final int keyBytes = in.getInt();
            valueBytes = in.getInt();
            expired = !readStamp(in);
            final int keyAt = in.skip(keyBytes);
            valueAt = in.position() - begin;
            if (keyBytes == wantedBytes && equal(in.buffer(), keyAt, wanted, keyBytes)) {
                return in;
            }
            in.skip(valueBytes);
        }
        return null;
    }

    private static boolean equal(
            final ByteBuffer memory, final int from, final ByteBuffer other, final int bytes) {
        int i = 0;
        for (; i <= bytes - Long.BYTES; i += Long.BYTES) {
            if (memory.getLong(from + i) != other.getLong(i)) {
                return false;
            }
        }
        for (; i < bytes; i++) {
            if (memory.get(from + i) != other.get(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public V get(final K key) {
        keySerializer.write(key, mapKey.begin());
        final RecordInput in = seek(key());
        if (in == null || expired) {
            return null;
        }
        final int from = in.position();
        return valueSerializer.read(one.wrap(in.buffer(), from, from + valueBytes));
    }

    @Override
    public boolean contains(final K key) {
        keySerializer.write(key, mapKey.begin());
        return seek(key()) != null && !expired;
    }

    @Override
    public void put(final K key, final V added) {
        Objects.requireNonNull(added, space().name());
        keySerializer.write(key, mapKey.begin());
        valueSerializer.write(added, value.begin());
        final Probe cell = key();
        final RecordInput found = seek(cell);
        if (found != null && valueBytes == value.length() && overwrite(cell)) {
            return;
        }
        final RecordOutput out = entry.begin();
        out.putInt(mapKey.length());
        out.putInt(value.length());
        writeStamp(out);
        mapKey.appendTo(out);
        value.appendTo(out);
        if (found == null && chunks > 0 && appendInPlace(cell, chunk, entry)) {
            if (chunk > 0) {
                note(cell, chunks, count(cell) + 1);
            }
            return;
        }
        final int dropped = keep(cell, found != null);
        entry.appendTo(kept.out());
        store(cell, count(cell) - dropped + 1);
    }

    /** Overwrites the value that was found with one of the same length. */
    private boolean overwrite(final Probe cell) {
        final long address = own(cell, chunk);
        if (address == 0) {
            return false;
        }
        final ByteBuffer memory = cells().table().buffer(address);
        final int begin = elementsAt(address, chunk);
        if (ages()) {
            memory.putLong(begin + entryAt + 2 * Integer.BYTES, nowMillis());
        }
        value.copyTo(memory, begin + valueAt);
        return true;
    }

    /**
     * Copies the chunk that was sought in, but for the entry that was found, and those that are too
     * old, to {@link #kept}.
     *
     * @return how many were left out
     */
    private int keep(final Probe cell, final boolean leaveOut) {
        kept.begin();
        if (chunks == 0) {
            return 0;
        }
        int dropped = 0;
        final RecordInput in = open(cell, chunk);
        final int begin = in.position();
        while (in.remaining() > 0) {
            final int at = in.position();
            final int bytes = in.getInt() + in.getInt();
            final boolean live = readStamp(in);
            in.skip(bytes);
            if (!live || leaveOut && at - begin == entryAt) {
                dropped++;
            } else {
                kept.out().putBytes(in.buffer(), at, in.position() - at);
            }
        }
        return dropped;
    }

    /** Writes what was kept as the chunk that was sought in, and splits one if that is too full. */
    private void store(final Probe cell, final int count) {
        final int chunksNow = Math.max(1, chunks);
        final boolean full = kept.length() > CHUNK_BYTES_MAX && count > chunksNow;
        write(cell, chunk, chunksNow, count, kept);
        if (full) {
            split(cell, chunksNow);
            note(cell, chunksNow + 1, count);
        } else if (chunk > 0) {
            note(cell, chunksNow, count);
        }
    }

    private void split(final Probe cell, final int chunksNow) {
        final int from = chunksNow - Integer.highestOneBit(chunksNow);
        final int count = count(cell);
        kept.begin();
        moved.begin();
        final RecordInput in = open(cell, from);
        while (in.remaining() > 0) {
            final int at = in.position();
            final int keyBytes = in.getInt();
            final int bytes = in.getInt();
            readStamp(in);
            final int keyAt = in.skip(keyBytes + bytes);
            final int to = chunkOf(hash(in.buffer(), keyAt, keyBytes), chunksNow + 1);
            (to == from ? kept : moved).out().putBytes(in.buffer(), at, in.position() - at);
        }
        write(cell, from, chunksNow, count, kept);
        write(cell, chunksNow, 0, 0, moved);
    }

    @Override
    public boolean remove(final K key) {
        keySerializer.write(key, mapKey.begin());
        final Probe cell = key();
        if (seek(cell) == null) {
            return false;
        }
        final boolean wasLive = !expired;
        final int count = count(cell) - keep(cell, true);
        if (count == 0) {
            clear();
        } else {
            store(cell, count);
        }
        return wasLive;
    }

    @Override
    public boolean isEmpty() {
        return !isPresentNow();
    }

    @Override
    boolean isPresentNow() {
        if (!ages()) {
            return chunks(key()) > 0;
        }
        final Probe cell = key();
        final int all = chunks(cell);
        for (int i = 0; i < all; i++) {
            final RecordInput in = open(cell, i);
            while (in.remaining() > 0) {
                if (skipElement(in)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    boolean skipElement(final RecordInput in) {
        final int bytes = in.getInt() + in.getInt();
        final boolean live = readStamp(in);
        in.skip(bytes);
        return live;
    }

    @Override
    public void forEach(final BiPredicate<? super K, ? super V> visitor) {
        final int all = chunks(key());
        final Probe cell = all > 1 ? ownKey() : key();
        final RecordInput part = new RecordInput();
        for (int i = 0; i < all; i++) {
            final RecordInput in = copyOf(cell, i);
            while (in.remaining() > 0) {
                final int keyBytes = in.getInt();
                final int bytes = in.getInt();
                final boolean live = readStamp(in);
                final int keyAt = in.skip(keyBytes);
                final int at = in.skip(bytes);
                if (live) {
                    final K key = keySerializer.read(part.wrap(in.buffer(), keyAt, at));
                    final V read = valueSerializer.read(part.wrap(in.buffer(), at, at + bytes));
                    if (!visitor.test(key, read)) {
                        return;
                    }
                }
            }
        }
    }

    @Override
    public Map<K, V> toMap() {
        final Map<K, V> map = new LinkedHashMap<>();
        forEach(
                (key, read) -> {
                    map.put(key, read);
                    return true;
                });
        return Collections.unmodifiableMap(map);
    }
}
