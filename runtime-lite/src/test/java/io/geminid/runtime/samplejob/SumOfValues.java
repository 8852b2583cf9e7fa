package io.geminid.runtime.samplejob;

import io.geminid.state.kind.AggregateFunction;

/** Adds up values. */
final class SumOfValues implements AggregateFunction<SampleEvent, Long, Long> {

    @Override
    public Long createAccumulator() {
        return 0L;
    }

    @Override
    public Long add(final SampleEvent value, final Long accumulator) {
        return accumulator + value.value();
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
