package io.geminid.state;

import io.geminid.serial.RecordSerializer;
import io.geminid.serial.Serializers;
import io.geminid.state.kind.AggregateFunction;

/** Adds numbers in an accumulator that it changes, as it may. */
final class MutableTotal implements AggregateFunction<Long, long[], Long> {

    static final RecordSerializer<long[]> SERIALIZER =
            Serializers.of(
                    "mutable-total",
                    (total, out) -> out.putLong(total[0]),
                    in -> new long[] {in.getLong()});

    @Override
    public long[] createAccumulator() {
        return new long[1];
    }

    @Override
    public long[] add(final Long value, final long[] accumulator) {
        accumulator[0] += value;
        return accumulator;
    }

    @Override
    public Long getResult(final long[] accumulator) {
        return accumulator[0];
    }

    @Override
    public long[] merge(final long[] first, final long[] second) {
        first[0] += second[0];
        return first;
    }
}
