package io.geminid.state.rocksdb.cell;

import io.geminid.serial.RecordInput;
import io.geminid.state.StateDescriptor.OfMap;
import io.geminid.state.kind.MapState;
import io.geminid.state.rocksdb.db.KeyBytes;
import io.geminid.state.rocksdb.db.Scan;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;

/**
 * An entry for each of the map's entries.
 *
 * @param <N> type of the namespaces
 * @param <K> type of the map's keys
 * @param <V> type of the values
 */
public final class RocksMapState<N, K, V> extends RocksState<N> implements MapState<K, V> {

    private final OfMap<K, V> descriptor;

    /** Of values met by a scan: the visitor may read this state meanwhile. */
    private final RecordInput scanned = new RecordInput();

    /**
     * Makes the handle.
     *
     * @param place where the cells are
     * @param descriptor what is in them
     */
    public RocksMapState(final Place<N> place, final OfMap<K, V> descriptor) {
        super(place, descriptor.ttlMillis());
        this.descriptor = descriptor;
    }

    @Override
    public V get(final K key) {
        final RecordInput value = read(entry(key));
        return value == null ? null : whole(value, descriptor.valueSerializer());
    }

    @Override
    public void put(final K key, final V value) {
        Objects.requireNonNull(value, descriptor.name());
        descriptor.valueSerializer().write(value, begin());
        write(entry(key));
    }

    @Override
    public boolean remove(final K key) {
        if (!contains(key)) {
            return false;
        }
        table().delete(entry(key));
        return true;
    }

    @Override
    public boolean contains(final K key) {
        return ages() ? read(entry(key)) != null : table().contains(entry(key));
    }

    @Override
    public boolean isEmpty() {
        try (Scan scan = table().scan(key().buffer())) {
            return !nextYoung(scan);
        }
    }

    @Override
    public void forEach(final BiPredicate<? super K, ? super V> visitor) {
        final KeyBytes cell = key();
        final int cellBytes = cell.length();
        try (Scan scan = table().scan(cell.buffer())) {
            boolean goOn = true;
            while (goOn && nextYoung(scan)) {
                final K key = mapKeyIn(scan.key(), cellBytes).last(descriptor.keySerializer());
                goOn = visitor.test(key, whole(scanned, descriptor.valueSerializer()));
            }
        }
    }

    @Override
    public Map<K, V> toMap() {
        final Map<K, V> map = new LinkedHashMap<>();
        forEach(
                (key, value) -> {
                    map.put(key, value);
                    return true;
                });
        return Collections.unmodifiableMap(map);
    }

    @Override
    public boolean hasCell() {
        return !isEmpty();
    }

    @Override
    public void clear() {
        try (Scan scan = table().scan(key().buffer())) {
            while (scan.next()) {
                table().delete(scan.key());
            }
        }
    }

    private ByteBuffer entry(final K key) {
        return key().last(key, descriptor.keySerializer()).buffer();
    }

    /** Goes to the next entry that is not too old, and points at its value. */
    private boolean nextYoung(final Scan scan) {
        while (scan.next()) {
            final ByteBuffer value = scan.value();
            scanned.wrap(value, 0, value.limit());
            if (!ages() || !isExpired(scanned.getLong())) {
                return true;
            }
            table().delete(scan.key());
            scan.key().rewind();
        }
        return false;
    }
}
