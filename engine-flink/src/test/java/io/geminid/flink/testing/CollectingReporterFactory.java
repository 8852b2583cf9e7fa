package io.geminid.flink.testing;

import java.util.Properties;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Found by Flink as a service. */
public final class CollectingReporterFactory implements MetricReporterFactory {

    @Override
    public MetricReporter createMetricReporter(final Properties properties) {
        return new CollectingReporter();
    }
}
