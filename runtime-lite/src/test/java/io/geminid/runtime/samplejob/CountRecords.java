package io.geminid.runtime.samplejob;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.serial.RecordOutput;

/** Counts what it sees and says so at the end. */
final class CountRecords extends AbstractOperator<String>
        implements OneInputOperator<SampleEvent, String> {

    private long count;

    @Override
    public void processElement(final SampleEvent value, final long timestampMillis) {
        if (timestampMillis != value.timestamp()) {
            throw new IllegalStateException("timestampMillis=" + timestampMillis);
        }
        count++;
    }

    @Override
    public void open(final OperatorContext context, final Output<String> output) throws Exception {
        super.open(context, output);
        if (context.restored() != null) {
            count = context.restored().of(context.subtask().index()).getLong();
        }
    }

    @Override
    public void snapshot(final long checkpoint, final RecordOutput out) {
        out.putLong(count);
    }

    @Override
    public void finish() {
        output().collect(Long.toString(count), 0);
    }
}
