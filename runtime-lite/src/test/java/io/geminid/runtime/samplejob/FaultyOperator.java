package io.geminid.runtime.samplejob;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Passes records on, and fails where it is told to, in its last subtask. */
final class FaultyOperator extends AbstractOperator<SampleEvent>
        implements OneInputOperator<SampleEvent, SampleEvent> {

    private static final int RECORDS_BEFORE = 100;

    private final SampleOptions options;
    private boolean faulty;
    private long records;

    FaultyOperator(final SampleOptions options) {
        this.options = options;
    }

    @Override
    public void open(final OperatorContext context, final Output<SampleEvent> output)
            throws Exception {
        super.open(context, output);
        faulty = context.subtask().index() == context.subtask().parallelism() - 1;
        failIf(SampleFault.OPEN);
        if (faulty && options.fault() == SampleFault.TIMER) {
            final long nowMillis = context.services().processingTime().currentTimeMillis();
            context.services()
                    .processingTime()
                    .schedule(nowMillis, time -> failIf(SampleFault.TIMER));
        }
    }

    @Override
    public void processElement(final SampleEvent value, final long timestampMillis)
            throws Exception {
        if (++records > RECORDS_BEFORE) {
            failIf(SampleFault.PROCESS);
            if (faulty && options.fault() == SampleFault.ERROR) {
                throw new StackOverflowError("made by a test");
            }
            if (faulty && options.fault() == SampleFault.OUT_OF_MEMORY) {
                hoard();
            }
            if (faulty && options.fault() == SampleFault.STUCK) {
                new CountDownLatch(1).await();
            }
        }
        output().collect(value.checked(options), timestampMillis);
    }

    @Override
    public void close() {
        failIf(SampleFault.CLOSE);
    }

    private static void hoard() {
        final List<byte[]> hoard = new ArrayList<>();
        while (hoard.size() < Integer.MAX_VALUE) {
            hoard.add(new byte[1 << 20]);
        }
    }

    private void failIf(final SampleFault fault) {
        if (faulty && options.fault() == fault) {
            throw new IllegalStateException("made by a test in " + fault);
        }
    }
}
