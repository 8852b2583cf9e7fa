package io.geminid.perf.demo.job;

import io.geminid.perf.demo.log.AccessLogEntry;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.function.KeyedProcessFunction;
import io.geminid.state.StateDescriptor;
import io.geminid.state.TimeDomain;
import io.geminid.state.kind.LongState;

/** Counts the requests of each client, and tells when no more can come: at the end of time. */
public final class CountRequests implements KeyedProcessFunction<String, AccessLogEntry, String> {

    private LongState requests;

    @Override
    public void open(final OperatorContext context) {
        requests = context.<String>keyedState().state(StateDescriptor.ofLong("requests"));
    }

    @Override
    public void process(
            final AccessLogEntry value, final Element<String> element, final Output<String> out) {
        if (requests.add(1) == 1) {
            element.registerTimer(TimeDomain.EVENT_TIME, Long.MAX_VALUE);
        }
    }

    @Override
    public void onTimer(
            final Element<String> timer, final TimeDomain domain, final Output<String> out) {
        out.collect(timer.key() + "," + requests.getOrDefault(0), timer.timestampMillis());
    }
}
