package io.geminid.flink.testing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;

/** Remembers the metrics of our group, for all TaskManagers of this VM. */
public final class CollectingReporter implements MetricReporter {

    private static final String OUR_GROUP = "Geminid.";
    private static final Map<String, Gauge<?>> GAUGES = new ConcurrentHashMap<>();

    /** Forgets all: for a new cluster. */
    public static void clear() {
        GAUGES.clear();
    }

    /** Sum over the TaskManagers. */
    public static long sum(final String name) {
        return GAUGES.entrySet().stream()
                .filter(each -> each.getKey().endsWith(OUR_GROUP + name))
                .mapToLong(each -> ((Number) each.getValue().getValue()).longValue())
                .sum();
    }

    /** How many TaskManagers show a metric. */
    public static long count(final String name) {
        return GAUGES.keySet().stream().filter(each -> each.endsWith(OUR_GROUP + name)).count();
    }

    @Override
    public void open(final MetricConfig config) {
        // Nothing to configure.
    }

    @Override
    public void close() {
        // Tests look after the cluster has gone.
    }

    @Override
    public void notifyOfAddedMetric(
            final Metric metric, final String name, final MetricGroup group) {
        final String identifier = group.getMetricIdentifier(name);
        if (metric instanceof Gauge<?> gauge && identifier.contains(OUR_GROUP)) {
            GAUGES.put(identifier, gauge);
        }
    }

    @Override
    public void notifyOfRemovedMetric(
            final Metric metric, final String name, final MetricGroup group) {
        // Tests look after the cluster has gone.
    }
}
