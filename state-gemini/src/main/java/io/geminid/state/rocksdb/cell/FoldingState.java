package io.geminid.state.rocksdb.cell;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.rocksdb.db.Table;
import java.nio.ByteBuffer;

/**
 * A value in an entry into which others are folded: read, changed, written.
 *
 * @param <N> type of the namespaces
 * @param <V> type of what is kept
 */
abstract class FoldingState<N, V> extends RocksState<N> {

    private final RecordSerializer<V> serializer;

    FoldingState(final Place<N> place, final long ttlMillis, final RecordSerializer<V> serializer) {
        super(place, ttlMillis);
        this.serializer = serializer;
    }

    abstract V merge(V first, V second);

    /** What is kept, a new object; null if there is nothing. */
    final V folded() {
        return read(serializer);
    }

    final void fold(final V value) {
        write(value, serializer);
    }

    @Override
    public final boolean hasCell() {
        return read() != null;
    }

    @Override
    final void moveInto(final N target, final N source) {
        at(source);
        final V moved = folded();
        if (moved == null) {
            return;
        }
        at(target);
        final V before = folded();
        if (before == null) {
            moveEntry(target, source); // with the time when it was written
        } else {
            fold(merge(before, moved));
        }
        at(source);
        clear();
        at(target);
    }

    private void moveEntry(final N target, final N source) {
        at(source);
        final int length = table().read(key().buffer());
        assert length != Table.ABSENT;
        final ByteBuffer value = table().value().clear().limit(length);
        at(target);
        table().write(key().buffer(), value);
    }
}
