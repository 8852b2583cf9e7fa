package io.geminid.state;

import io.geminid.state.kind.AggregateFunction;

/** Holds on to the object it was given last, and gives it out: what a store must cope with. */
final class LastValue implements AggregateFunction<byte[], byte[], byte[]> {

    @Override
    public byte[] createAccumulator() {
        return new byte[0];
    }

    @Override
    public byte[] add(final byte[] value, final byte[] accumulator) {
        return value;
    }

    @Override
    public byte[] getResult(final byte[] accumulator) {
        return accumulator;
    }

    @Override
    public byte[] merge(final byte[] first, final byte[] second) {
        return second;
    }
}
