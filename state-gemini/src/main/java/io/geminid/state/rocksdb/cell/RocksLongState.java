package io.geminid.state.rocksdb.cell;

import io.geminid.serial.RecordInput;
import io.geminid.state.StateDescriptor.OfLong;
import io.geminid.state.kind.LongState;

/**
 * Eight bytes in an entry; no call makes an object.
 *
 * @param <N> type of the namespaces
 */
public final class RocksLongState<N> extends RocksState<N> implements LongState {

    /**
     * Makes the handle.
     *
     * @param place where the cells are
     * @param descriptor what is in them
     */
    public RocksLongState(final Place<N> place, final OfLong descriptor) {
        super(place, descriptor.ttlMillis());
    }

    @Override
    public boolean isPresent() {
        return read() != null;
    }

    @Override
    public long getOrDefault(final long absent) {
        final RecordInput value = read();
        return value == null ? absent : value.getLong();
    }

    @Override
    public void update(final long value) {
        begin().putLong(value);
        write(key().buffer());
    }

    @Override
    public boolean hasCell() {
        return isPresent();
    }
}
