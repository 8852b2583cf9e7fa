package io.geminid.runtime.samplejob;

import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.function.KeyedProcessFunction;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.TimeDomain;
import io.geminid.state.kind.LongState;

/** Adds up the values of each key; a timer at the end of event time says how much it was. */
final class TotalOfKey implements KeyedProcessFunction<Long, SampleEvent, String> {

    private LongState total;

    @Override
    public void open(final OperatorContext context) {
        final StateStore<Long> store = context.keyedState();
        total = store.state(StateDescriptor.ofLong("total"));
    }

    @Override
    public void process(
            final SampleEvent value, final Element<Long> element, final Output<String> out) {
        total.add(value.value());
        element.registerTimer(TimeDomain.EVENT_TIME, Long.MAX_VALUE);
    }

    @Override
    public void onTimer(
            final Element<Long> timer, final TimeDomain domain, final Output<String> out) {
        out.collect(timer.key() + "," + total.getOrDefault(0), timer.timestampMillis());
    }
}
