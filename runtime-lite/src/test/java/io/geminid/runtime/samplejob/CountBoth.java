package io.geminid.runtime.samplejob;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.TwoInputOperator;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.time.WatermarkStatus;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;

/** Counts the records of two inputs and says so when both have ended. */
final class CountBoth extends AbstractOperator<String>
        implements TwoInputOperator<SampleEvent, SampleEvent, String> {

    private final long[] counts = new long[2];
    private final long[] watermarks = {Watermarks.NONE, Watermarks.NONE};
    private int ended;

    @Override
    public void processElement1(final SampleEvent value, final long timestampMillis) {
        counts[0]++;
    }

    @Override
    public void processElement2(final SampleEvent value, final long timestampMillis) {
        counts[1]++;
    }

    @Override
    public void processWatermark(final int input, final long watermark) {
        if (watermark <= watermarks[input]) {
            throw new IllegalStateException("input=" + input + " watermark=" + watermark);
        }
        watermarks[input] = watermark;
    }

    @Override
    public void processWatermarkStatus(final int input, final WatermarkStatus status) {}

    @Override
    public void endOfInput(final int input) {
        if (watermarks[input] != Watermarks.MAX) {
            throw new IllegalStateException("input=" + input + " ended before its last watermark");
        }
        ended++;
    }

    @Override
    public void open(final OperatorContext context, final Output<String> output) throws Exception {
        super.open(context, output);
        if (context.restored() != null) {
            final RecordInput in = context.restored().of(context.subtask().index());
            counts[0] = in.getLong();
            counts[1] = in.getLong();
            ended = in.getInt();
        }
    }

    @Override
    public void snapshot(final long checkpoint, final RecordOutput out) {
        out.putLong(counts[0]);
        out.putLong(counts[1]);
        out.putInt(ended);
    }

    @Override
    public void finish() {
        if (ended != 2) {
            throw new IllegalStateException("inputsEnded=" + ended);
        }
        output().collect(counts[0] + "," + counts[1], 0);
        output().emitWatermark(Watermarks.MAX);
    }
}
