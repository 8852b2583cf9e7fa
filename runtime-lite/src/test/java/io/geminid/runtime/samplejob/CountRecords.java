package io.geminid.runtime.samplejob;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.OneInputOperator;

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
    public void finish() {
        output().collect(Long.toString(count), 0);
    }
}
