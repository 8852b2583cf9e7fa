package io.geminid.runtime.samplejob;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.serial.Serializers;
import java.util.Arrays;

/** A record that can tell whether its bytes are still its own. */
record SampleEvent(long index, long key, long value, long timestamp, byte[] payload) {

    static final RecordSerializer<SampleEvent> SERIALIZER =
            Serializers.of("sample-event", SampleEvent::write, SampleEvent::read);

    private void write(final RecordOutput out) {
        out.putLong(index);
        out.putLong(key);
        out.putLong(value);
        out.putLong(timestamp);
        Serializers.BYTES.write(payload, out);
    }

    private static SampleEvent read(final RecordInput in) {
        return new SampleEvent(
                in.getLong(), in.getLong(), in.getLong(), in.getLong(), Serializers.BYTES.read(in));
    }

    SampleEvent checked(final SampleOptions options) {
        if (!Arrays.equals(payload, options.event(index).payload)) {
            throw new IllegalStateException("index=" + index + " has another payload");
        }
        return this;
    }
}
