package io.geminid.runtime.operator.standard;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.function.ProcessFunction;

/**
 * Calls a {@link ProcessFunction}.
 *
 * @param <I> type of the input
 * @param <O> type of the output
 */
public final class ProcessOperator<I, O> extends AbstractOperator<O>
        implements OneInputOperator<I, O> {

    private final ProcessFunction<? super I, O> function;

    /**
     * @param function what to call; of this subtask only
     */
    public ProcessOperator(final ProcessFunction<? super I, O> function) {
        this.function = function;
    }

    @Override
    public void open(final OperatorContext newContext, final Output<O> newOutput) throws Exception {
        super.open(newContext, newOutput);
        function.open(newContext);
    }

    @Override
    public void processElement(final I value, final long timestampMillis) throws Exception {
        function.process(value, timestampMillis, output());
    }

    @Override
    public void finish() throws Exception {
        function.finish(output());
    }

    @Override
    public void close() throws Exception {
        function.close();
    }
}
