package io.geminid.runtime.task;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Logs every call, passes records on, and does what the test wants in any of them. */
final class LoggingOperator extends AbstractOperator<Long> implements OneInputOperator<Long, Long> {

    private final List<String> log;
    private final Map<String, Mail> actions = new TreeMap<>();
    OperatorContext given;

    LoggingOperator(final List<String> log) {
        this.log = log;
    }

    /** What to do. */
    @FunctionalInterface
    interface Mail {
        void run() throws Exception;
    }

    LoggingOperator when(final String call, final Mail action) {
        actions.put(call, action);
        return this;
    }

    private void called(final String call) throws Exception {
        log.add(call);
        actions.getOrDefault(call, () -> {}).run();
    }

    @Override
    public void open(final OperatorContext context, final Output<Long> output) throws Exception {
        super.open(context, output);
        given = context;
        called("open");
    }

    @Override
    public void processElement(final Long value, final long timestampMillis) throws Exception {
        called("record " + value);
        output().collect(value, timestampMillis);
    }

    @Override
    public void processWatermark(final long watermark) throws Exception {
        called("watermark " + watermark);
        super.processWatermark(watermark);
    }

    @Override
    public void endOfInput(final int input) throws Exception {
        called("endOfInput " + input);
    }

    @Override
    public void finish() throws Exception {
        called("finish");
    }

    @Override
    public void close() throws Exception {
        called("close");
    }
}
