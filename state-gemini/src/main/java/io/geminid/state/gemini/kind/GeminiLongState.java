package io.geminid.state.gemini.kind;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.StateDescriptor.OfLong;
import io.geminid.state.gemini.table.Probe;
import io.geminid.state.gemini.table.RecordTable;
import io.geminid.state.kind.LongState;

/** One {@code long}, read and changed in place. */
final class GeminiLongState<N> extends GeminiState<N> implements LongState {

    GeminiLongState(final StateSpace<N> space, final OfLong descriptor) {
        super(space, descriptor.ttlMillis());
    }

    @Override
    public boolean isPresent() {
        return isPresentNow();
    }

    @Override
    void dropWhatIsOver() {
        cells().table().age(space().number(), this::isOver, true);
    }

    @Override
    boolean isPresentNow() {
        final RecordInput in = cells().find(key());
        return in != null && readStamp(in);
    }

    @Override
    public long getOrDefault(final long absent) {
        final RecordInput in = cells().find(key());
        return in == null || !readStamp(in) ? absent : in.getLong();
    }

    @Override
    public void update(final long value) {
        write(key(), value);
    }

    private void write(final Probe key, final long value) {
        final RecordOutput out = cells().begin(key);
        writeStamp(out);
        out.putLong(value);
        cells().end(key, 0);
    }

    @Override
    public long add(final long delta) {
        final Probe key = key();
        if (ages()) {
            final RecordInput in = cells().find(key);
            final long sum = delta + (in == null || !readStamp(in) ? 0 : in.getLong());
            write(key, sum);
            return sum;
        }
        final long address = cells().own(key);
        if (address == 0) {
            final RecordInput in = cells().find(key);
            final long sum = delta + (in == null ? 0 : in.getLong());
            write(key, sum);
            return sum;
        }
        final RecordTable table = cells().table();
        final int at = table.valueAt(address);
        final long sum = table.buffer(address).getLong(at) + delta;
        table.buffer(address).putLong(at, sum);
        return sum;
    }
}
