package io.geminid.state.gemini.kind;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.base.AbstractStateStore;
import io.geminid.state.gemini.table.Cells;
import io.geminid.state.gemini.table.Probe;
import io.geminid.state.kind.State;
import java.nio.ByteBuffer;

/**
 * What the handles have in common: they find their cell, mind its age, and merge.
 *
 * @param <N> type of the namespaces
 */
abstract class GeminiState<N> implements State {

    private final StateSpace<N> space;
    private final long ttlMillis;
    private final boolean isNamespaced;
    private final Probe key = new Probe();
    private N namespace;

    GeminiState(final StateSpace<N> space, final long ttlMillis) {
        this.space = space;
        this.ttlMillis = ttlMillis;
        this.isNamespaced = space.namespaces() != (Object) AbstractStateStore.NO_NAMESPACE;
    }

    /** Points the handle at a namespace. */
    final void at(final N chosen) {
        namespace = chosen;
    }

    final StateSpace<N> space() {
        return space;
    }

    final Cells cells() {
        return space.cells();
    }

    /** The key of the cell: the current key and the namespace chosen last. */
    final Probe key() {
        cells().table().settle();
        final RecordOutput out = key.begin();
        space.currentKey().writeKey(out);
        if (isNamespaced) {
            space.namespaces().write(namespace, out);
        }
        cells().shorten(key, out);
        key.end(space.currentKey().keyGroup(), space.number());
        return key;
    }

    final boolean ages() {
        return ttlMillis != 0;
    }

    /** Time to note beside a value that is written now. */
    final long nowMillis() {
        return space.clock().millis();
    }

    final boolean isExpired(final long writtenMillis) {
        return nowMillis() - writtenMillis >= ttlMillis;
    }

    final void writeStamp(final RecordOutput out) {
        if (ages()) {
            out.putLong(nowMillis());
        }
    }

    /** Reads the stamp of what follows; false if that is too old. */
    final boolean readStamp(final RecordInput in) {
        return !ages() || !isExpired(in.getLong());
    }

    /** Lets the store drop what is too old, when it meets it. */
    abstract void dropWhatIsOver();

    /** Whether a value begins with a stamp that is too old. */
    final boolean isOver(final ByteBuffer memory, final int from, final int bytes) {
        return bytes >= Long.BYTES && isExpired(memory.getLong(from));
    }

    /** Whether there is something in the cell that is not too old. */
    abstract boolean isPresentNow();

    /** Moves what is in the cell of a namespace to that of another. */
    void merge(final N target, final N source) {
        throw new UnsupportedOperationException(
                getClass().getSimpleName() + " state=" + space.name() + " cannot be merged");
    }

    @Override
    public void clear() {
        cells().remove(key());
    }
}
