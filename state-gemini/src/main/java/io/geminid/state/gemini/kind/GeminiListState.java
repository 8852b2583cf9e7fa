package io.geminid.state.gemini.kind;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.state.StateDescriptor.OfList;
import io.geminid.state.gemini.table.Bytes;
import io.geminid.state.gemini.table.Probe;
import io.geminid.state.kind.ListState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * A list. An element is its length, its stamp if it ages, and its bytes; new ones go to the last
 * chunk.
 */
final class GeminiListState<N, E> extends ChunkedState<N> implements ListState<E> {

    private final RecordSerializer<E> serializer;
    private final Bytes element = new Bytes();
    private final Bytes value = new Bytes();

    GeminiListState(final StateSpace<N> space, final OfList<E> descriptor) {
        super(space, descriptor.ttlMillis());
        this.serializer = descriptor.serializer();
    }

    @Override
    public void add(final E added) {
        Objects.requireNonNull(added, space().name());
        serializer.write(added, value.begin());
        final RecordOutput out = element.begin();
        out.putInt(value.length());
        writeStamp(out);
        value.appendTo(out);
        append(key(), 1);
    }

    /** Appends what is in {@link #element}. */
    private void append(final Probe cell, final int elements) {
        final int chunks = chunks(cell);
        if (chunks == 0) {
            write(cell, 0, 1, elements, element);
            return;
        }
        final int last = chunks - 1;
        if (last == 0 && elements == 1 && appendInPlace(cell, 0, element)) {
            return;
        }
        int chunksNow = chunks;
        if (last == 0 || !appendInPlace(cell, last, element)) {
            final RecordInput present = open(cell, last);
            if (present.remaining() + element.length() <= CHUNK_BYTES_MAX) {
                value.begin();
                value.add(present);
                element.appendTo(value.out());
                write(cell, last, chunks, count(cell), value);
            } else {
                write(cell, chunks, 0, 0, element);
                chunksNow++;
            }
        }
        note(cell, chunksNow, count(cell) + elements);
    }

    @Override
    public List<E> get() {
        final Probe cell = key();
        final int chunks = chunks(cell);
        if (chunks == 0) {
            return List.of();
        }
        final List<E> all = new ArrayList<>(count(cell));
        final RecordInput one = new RecordInput();
        for (int i = 0; i < chunks; i++) {
            final RecordInput in = open(cell, i);
            while (in.remaining() > 0) {
                final int bytes = in.getInt();
                final boolean live = readStamp(in);
                final int from = in.skip(bytes);
                if (live) {
                    all.add(serializer.read(one.wrap(in.buffer(), from, from + bytes)));
                }
            }
        }
        return Collections.unmodifiableList(all);
    }

    @Override
    public void update(final List<E> elements) {
        clear();
        for (final E added : elements) {
            add(added);
        }
    }

    @Override
    public boolean isEmpty() {
        return !isPresentNow();
    }

    @Override
    boolean isPresentNow() {
        final Probe cell = key();
        final int chunks = chunks(cell);
        if (!ages()) {
            return chunks > 0;
        }
        for (int i = 0; i < chunks; i++) {
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
        final int bytes = in.getInt();
        final boolean live = readStamp(in);
        in.skip(bytes);
        return live;
    }

    @Override
    void merge(final N target, final N source) {
        at(source);
        final Probe from = ownKey();
        final int chunks = chunks(from);
        for (int i = 0; i < chunks; i++) {
            at(source);
            final int count = i == 0 ? count(from) : 0;
            element.begin();
            element.add(open(from, i));
            at(target);
            if (element.length() > 0) {
                append(key(), count);
            }
        }
        at(source);
        clear();
        at(target);
    }
}
