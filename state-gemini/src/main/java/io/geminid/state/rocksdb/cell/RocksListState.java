package io.geminid.state.rocksdb.cell;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.StateDescriptor.OfList;
import io.geminid.state.kind.ListState;
import io.geminid.state.rocksdb.db.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * All elements in one entry, each behind its length (variable) and, if it ages, its time. Adding
 * appends to the entry without reading it.
 *
 * @param <N> type of the namespaces
 * @param <E> type of the elements
 */
public final class RocksListState<N, E> extends RocksState<N> implements ListState<E> {

    private final OfList<E> descriptor;
    private final RecordOutput list = new RecordOutput();
    private final RecordOutput element = new RecordOutput();
    private final RecordInput elements = new RecordInput();
    private final RecordInput one = new RecordInput();

    /**
     * Makes the handle.
     *
     * @param place where the cells are
     * @param descriptor what is in them
     */
    public RocksListState(final Place<N> place, final OfList<E> descriptor) {
        super(place, descriptor.ttlMillis());
        this.descriptor = descriptor;
    }

    @Override
    public void add(final E added) {
        list.beginInScratch();
        put(added);
        table().append(key().buffer(), list.scratch());
    }

    @Override
    public List<E> get() {
        final int length = readYoung();
        if (length <= 0) {
            return List.of();
        }
        final List<E> result = new ArrayList<>();
        elements.wrap(table().value(), 0, length);
        while (elements.remaining() > 0) {
            if (ages()) {
                elements.getLong();
            }
            final int bytes = elements.getVarInt();
            final int from = elements.skip(bytes);
            result.add(
                    whole(one.wrap(table().value(), from, from + bytes), descriptor.serializer()));
        }
        return Collections.unmodifiableList(result);
    }

    @Override
    public void update(final List<E> replacement) {
        if (replacement.isEmpty()) {
            clear();
            return;
        }
        list.beginInScratch();
        replacement.forEach(this::put);
        table().write(key().buffer(), list.scratch());
    }

    @Override
    public boolean isEmpty() {
        return ages() ? readYoung() <= 0 : !table().contains(key().buffer());
    }

    @Override
    public boolean hasCell() {
        return !isEmpty();
    }

    @Override
    void moveInto(final N target, final N source) {
        at(source);
        final int length = readYoung();
        if (length > 0) {
            final ByteBuffer moved = table().value().clear().limit(length);
            at(target);
            table().append(key().buffer(), moved);
            at(source);
            clear();
            at(target);
        }
    }

    /**
     * Reads the entry into the table's value, without what is too old, which is also removed from
     * the entry.
     *
     * @return its length, 0 or less if there is none
     */
    private int readYoung() {
        final int length = table().read(key().buffer());
        if (!ages() || length == Table.ABSENT) {
            return length;
        }
        list.beginInScratch();
        elements.wrap(table().value(), 0, length);
        while (elements.remaining() > 0) {
            final long stamp = elements.getLong();
            final int bytes = elements.getVarInt();
            final int from = elements.skip(bytes);
            if (!isExpired(stamp)) {
                list.putLong(stamp);
                list.putVarInt(bytes);
                list.putBytes(table().value().clear().position(from).limit(from + bytes));
            }
        }
        final int young = list.length();
        if (young == 0) {
            clear();
        } else if (young < length) {
            table().write(key().buffer(), list.scratch());
        }
        table().value().put(0, list.scratch(), 0, young);
        return young;
    }

    private void put(final E added) {
        Objects.requireNonNull(added, descriptor.name());
        element.beginInScratch();
        descriptor.serializer().write(added, element);
        writeStamp(list);
        list.putVarInt(element.length());
        list.putBytes(element.scratch());
    }
}
