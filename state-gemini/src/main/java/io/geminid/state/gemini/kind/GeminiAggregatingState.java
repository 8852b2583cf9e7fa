package io.geminid.state.gemini.kind;

import io.geminid.state.StateDescriptor.OfAggregating;
import io.geminid.state.kind.AggregateFunction;
import io.geminid.state.kind.AggregatingState;
import java.util.Objects;

/** An accumulator. */
final class GeminiAggregatingState<N, I, A, R> extends SingleValue<N, A>
        implements AggregatingState<I, R> {

    private final AggregateFunction<I, A, R> function;

    GeminiAggregatingState(final StateSpace<N> space, final OfAggregating<I, A, R> descriptor) {
        super(space, descriptor.ttlMillis(), descriptor.serializer());
        this.function = descriptor.function();
    }

    @Override
    public R get() {
        final A accumulator = read();
        return accumulator == null ? null : function.getResult(accumulator);
    }

    @Override
    public void add(final I value) {
        Objects.requireNonNull(value, space().name());
        final A present = read();
        write(function.add(value, present == null ? function.createAccumulator() : present));
    }

    @Override
    void merge(final N target, final N source) {
        at(source);
        final A moved = read();
        clear();
        at(target);
        if (moved != null) {
            final A present = read();
            write(present == null ? moved : function.merge(present, moved));
        }
    }
}
