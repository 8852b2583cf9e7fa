package io.geminid.state.rocksdb.cell;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.state.kind.State;
import io.geminid.state.rocksdb.db.KeyBytes;
import io.geminid.state.rocksdb.db.KeyInput;
import io.geminid.state.rocksdb.db.Scan;
import io.geminid.state.rocksdb.db.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the handles have in common: they find their entry, drop what is too old, read and write.
 *
 * @param <N> type of the namespaces
 */
public abstract class RocksState<N> implements State {

    private final CellKey cells;
    private final Table table;
    private final RecordSerializer<N> namespaceSerializer;
    private final long ttlMillis;
    private final RecordOutput out = new RecordOutput();
    private final RecordInput in = new RecordInput();
    private N namespace;

    RocksState(final Place<N> place, final long ttlMillis) {
        this.cells = place.cells();
        this.table = place.table();
        this.namespaceSerializer = place.namespaceSerializer();
        this.ttlMillis = ttlMillis;
    }

    /**
     * Where the cells of a state are.
     *
     * @param cells says which is the current key's
     * @param table holds them
     * @param namespaceSerializer how namespaces become bytes
     * @param <N> type of the namespaces
     */
    public record Place<N>(CellKey cells, Table table, RecordSerializer<N> namespaceSerializer) {}

    /**
     * The keys that have a cell in any namespace.
     *
     * @param keySerializer of the keys
     * @param <K> type of the keys
     * @return each once, in the order of their bytes
     */
    public final <K> List<K> keys(final RecordSerializer<K> keySerializer) {
        final List<K> keys = new ArrayList<>();
        final Distinct distinct = new Distinct();
        try (Scan scan = table.scan(ByteBuffer.allocateDirect(0))) {
            while (scan.next()) {
                final KeyInput key = cells.input().wrap(scan.key());
                if (distinct.isNew(scan.key(), key.skipPart().position())) {
                    keys.add(key.wrap(scan.key()).part(keySerializer));
                }
            }
        }
        return keys;
    }

    /**
     * Whether the current key has a cell in the namespace chosen.
     *
     * @return false also if what is in it is too old
     */
    public abstract boolean hasCell();

    /** Folds the cell of a namespace into that of another and removes it. */
    void moveInto(final N target, final N source) {
        at(source);
        if (hasCell()) {
            throw new UnsupportedOperationException(
                    getClass().getSimpleName() + " cannot be merged");
        }
    }

    /** Points the handle at a namespace. */
    final void at(final N chosen) {
        namespace = chosen;
    }

    /** The current key's namespaces that have an entry, too old or not. */
    final List<N> namespaces() {
        final List<N> namespaces = new ArrayList<>();
        final Distinct distinct = new Distinct();
        try (Scan scan = table.scan(cells.ofCurrentKey().buffer())) {
            while (scan.next()) {
                final KeyInput key = cells.input().wrap(scan.key()).skipPart();
                final N candidate = key.part(namespaceSerializer);
                if (distinct.isNew(scan.key(), key.position())) {
                    namespaces.add(candidate);
                }
            }
        }
        return namespaces;
    }

    /** The cell's key. */
    final KeyBytes key() {
        return cells.of(namespace, namespaceSerializer);
    }

    /** Reads what is behind the cell's own key, points at the map key in an entry's key. */
    final KeyInput mapKeyIn(final ByteBuffer entryKey, final int cellBytes) {
        final KeyInput input = cells.input().wrap(entryKey);
        while (input.position() < cellBytes) {
            input.skipPart();
        }
        return input;
    }

    final Table table() {
        return table;
    }

    final boolean ages() {
        return ttlMillis != 0;
    }

    final boolean isExpired(final long writtenMillis) {
        return cells.clock().millis() - writtenMillis >= ttlMillis;
    }

    final void writeStamp(final RecordOutput to) {
        if (ages()) {
            to.putLong(cells.clock().millis());
        }
    }

    /**
     * Reads an entry; one that is too old is deleted.
     *
     * @return at the first byte of the value, or null if there is none
     */
    final RecordInput read(final ByteBuffer key) {
        final int length = table.read(key);
        if (length < 0) {
            return null;
        }
        final RecordInput value = in.wrap(table.value(), 0, length);
        if (ages() && isExpired(value.getLong())) {
            table.delete(key.rewind());
            return null;
        }
        return value;
    }

    /** Reads the cell's entry. */
    final RecordInput read() {
        return read(key().buffer());
    }

    /** Begins a value, with the time before it if it ages. */
    final RecordOutput begin() {
        out.beginInScratch();
        writeStamp(out);
        return out;
    }

    /** Writes what was put into {@link #begin()}. */
    final void write(final ByteBuffer key) {
        table.write(key, out.scratch());
    }

    final <T> void write(final T value, final RecordSerializer<T> serializer) {
        serializer.write(value, begin());
        write(key().buffer());
    }

    final <T> T read(final RecordSerializer<T> serializer) {
        final RecordInput value = read();
        return value == null ? null : whole(value, serializer);
    }

    /** Reads a value that takes all bytes there are. */
    static <T> T whole(final RecordInput input, final RecordSerializer<T> serializer) {
        final T value = serializer.read(input);
        if (input.remaining() != 0) {
            throw new IllegalStateException(
                    "serializer=" + serializer.id() + " unreadBytes=" + input.remaining());
        }
        return value;
    }

    @Override
    public void clear() {
        table.delete(key().buffer());
    }

    /** Finds where a part of the key changes, in entries that come in order. */
    private static final class Distinct {
        private byte[] last;

        boolean isNew(final ByteBuffer key, final int bytes) {
            final byte[] current = new byte[bytes];
            key.get(0, current);
            final boolean isNew = !Arrays.equals(current, last);
            last = current;
            return isNew;
        }
    }
}
