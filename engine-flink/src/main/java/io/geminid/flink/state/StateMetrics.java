package io.geminid.flink.state;

import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Shows in the metrics of a stateful operator, under {@code Geminid}, the memory that its state
 * has, together with the other operators of its slot.
 */
final class StateMetrics {

    private static final String GROUP = "Geminid";

    private StateMetrics() {}

    static void register(final MetricGroup operator, final StateMemory memory) {
        final MetricGroup group = operator.addGroup(GROUP);
        group.gauge("slotStateBytes", (Gauge<Long>) memory::usedBytes);
        group.gauge("slotStateBytesMax", (Gauge<Long>) memory::capacityBytes);
    }
}
