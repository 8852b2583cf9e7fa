package io.geminid.state.gemini.kind;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.state.gemini.table.Probe;
import java.util.Objects;

/**
 * A cell with one value: its stamp, if it ages, and its bytes.
 *
 * @param <N> type of the namespaces
 * @param <V> type of the value
 */
abstract class SingleValue<N, V> extends GeminiState<N> {

    private final RecordSerializer<V> serializer;

    SingleValue(
            final StateSpace<N> space, final long ttlMillis, final RecordSerializer<V> serializer) {
        super(space, ttlMillis);
        this.serializer = serializer;
    }

    final V read() {
        final RecordInput in = cells().find(key());
        return in == null || !readStamp(in) ? null : serializer.read(in);
    }

    final void write(final V value) {
        Objects.requireNonNull(value, space().name());
        final Probe key = key();
        final RecordOutput out = cells().begin(key);
        writeStamp(out);
        serializer.write(value, out);
        cells().end(key, 0);
    }

    @Override
    final void dropWhatIsOver() {
        cells().table().age(space().number(), this::isOver, true);
    }

    @Override
    final boolean isPresentNow() {
        final RecordInput in = cells().find(key());
        return in != null && readStamp(in);
    }
}
