package io.geminid.state;

import io.geminid.state.kind.AggregateFunction;

/** Adds numbers. */
final class Sum implements AggregateFunction<Long, Long, Long> {

    @Override
    public Long createAccumulator() {
        return 0L;
    }

    @Override
    public Long add(final Long value, final Long accumulator) {
        return accumulator + value;
    }

    @Override
    public Long getResult(final Long accumulator) {
        return accumulator;
    }

    @Override
    public Long merge(final Long first, final Long second) {
        return first + second;
    }
}
