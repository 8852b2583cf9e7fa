package io.geminid.runtime.samplejob;

import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.function.KeyedProcessFunction;
import io.geminid.serial.Serializers;
import io.geminid.state.StateDescriptor;
import io.geminid.state.kind.MapState;

/** Passes events on, and fails if those of a key and a split are not in their order. */
final class InOrder implements KeyedProcessFunction<Long, SampleEvent, SampleEvent> {

    private final SampleOptions options;
    private MapState<Long, Long> lastOfSplit;

    InOrder(final SampleOptions options) {
        this.options = options;
    }

    @Override
    public void open(final OperatorContext context) {
        lastOfSplit =
                context.<Long>keyedState()
                        .state(StateDescriptor.map("last", Serializers.LONG, Serializers.LONG));
    }

    @Override
    public void process(
            final SampleEvent value, final Element<Long> element, final Output<SampleEvent> out) {
        final long split = value.index() % RescaledProgram.SPLITS;
        final Long last = lastOfSplit.get(split);
        if (last != null && last >= value.index()) {
            throw new IllegalStateException("index=" + value.index() + " after=" + last);
        }
        lastOfSplit.put(split, value.index());
        out.collect(value.checked(options), value.timestamp());
    }
}
