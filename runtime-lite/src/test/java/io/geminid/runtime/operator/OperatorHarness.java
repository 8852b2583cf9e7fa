package io.geminid.runtime.operator;

import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.context.SubtaskInfo;
import io.geminid.runtime.time.ManualProcessingTime;
import io.geminid.serial.RecordSerializer;

/**
 * Runs one operator on the test's thread, with state, a clock that the test moves, and all output
 * taken down.
 *
 * @param <I> type of the input
 * @param <O> type of the output
 */
public final class OperatorHarness<I, O> {

    private final OneInputOperator<I, O> operator;
    private final ManualProcessingTime clock = new ManualProcessingTime(0);
    private final RecordedOutput<O> output = new RecordedOutput<>();
    private final OperatorContext context;

    /**
     * Opens an operator.
     *
     * @param operator the operator
     * @param keySerializer of its keys; null if it has none
     */
    public OperatorHarness(
            final OneInputOperator<I, O> operator, final RecordSerializer<?> keySerializer) {
        this.operator = operator;
        context =
                TestServices.context(
                        new SubtaskInfo("test", 0, 1, 128, 0), keySerializer, clock, 1);
        try {
            operator.open(context, output);
        } catch (final Exception e) {
            throw new AssertionError(e);
        }
    }

    /**
     * @param value a record
     * @param timestampMillis its timestamp
     */
    public void element(final I value, final long timestampMillis) {
        try {
            operator.processElement(value, timestampMillis);
        } catch (final Exception e) {
            throw new AssertionError(e);
        }
    }

    /**
     * @param watermark a watermark
     */
    public void watermark(final long watermark) {
        try {
            operator.processWatermark(watermark);
        } catch (final Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Ends the input and closes. */
    public void end() {
        try {
            operator.endOfInput(0);
            operator.finish();
            operator.close();
        } catch (final Exception e) {
            throw new AssertionError(e);
        }
    }

    /**
     * @return the clock
     */
    public ManualProcessingTime clock() {
        return clock;
    }

    /**
     * @return all that was sent
     */
    public RecordedOutput<O> output() {
        return output;
    }

    /**
     * @return what the operator was given
     */
    public OperatorContext context() {
        return context;
    }

    /**
     * @param counter name of a counter
     * @return its value
     */
    public long counter(final String counter) {
        return context.metrics().counter(counter).value();
    }
}
