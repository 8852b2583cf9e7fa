package io.geminid.runtime.task.io;

import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.SourceOperator;
import io.geminid.runtime.operator.context.OperatorMetrics;
import io.geminid.runtime.task.mailbox.Mailbox;
import java.util.Map;
import java.util.Set;

/** Work of a task without inputs: asks the source for one record after the other. */
public final class SourceWork implements Work {

    private final Mailbox mailbox;
    private final TaskOutputs outputs;
    private final SourceOperator<?> source;
    private final OperatorMetrics.Counter recordsRead;
    private boolean ended;

    /**
     * Makes the work.
     *
     * @param mailbox looked at before each record
     * @param outputs looked at before each record
     * @param source told whom to wake
     * @param metrics the source's
     * @param wake wakes the task's thread; called by any thread
     */
    public SourceWork(
            final Mailbox mailbox,
            final TaskOutputs outputs,
            final SourceOperator<?> source,
            final OperatorMetrics metrics,
            final Runnable wake) {
        this.mailbox = mailbox;
        this.outputs = outputs;
        this.source = source;
        recordsRead = metrics.counter(OperatorMetrics.RECORDS_READ);
        source.onAvailable(wake);
    }

    @Override
    public WorkStatus turn() throws Exception {
        for (int i = 0; i < RECORDS_PER_TURN_MAX && !ended; i++) {
            if (mailbox.hasPriorityMail()) {
                return WorkStatus.MORE;
            }
            if (!outputs.isAvailable()) {
                return outputs.awaitAvailable() ? WorkStatus.NO_OUTPUT : WorkStatus.MORE;
            }
            final InputStatus status = source.emitNext();
            if (status == InputStatus.NOTHING_AVAILABLE) {
                return WorkStatus.NO_INPUT;
            }
            ended = status == InputStatus.END;
        }
        return ended ? WorkStatus.END : WorkStatus.MORE;
    }

    @Override
    public InputProgress progress(final boolean finished) {
        return new InputProgress(Map.of(), Map.of(), Set.of(), finished);
    }

    @Override
    public void acknowledgeAllRecordsProcessed() {}

    @Override
    public boolean isFinished() {
        return true;
    }

    @Override
    public long recordsIn() {
        return recordsRead.value();
    }

    @Override
    public long bytesIn() {
        return 0;
    }

    @Override
    public void close() {}
}
