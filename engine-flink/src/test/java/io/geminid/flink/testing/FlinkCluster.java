package io.geminid.flink.testing;

import io.geminid.flink.GeminidShuffleServiceFactory;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.shuffle.ShuffleServiceOptions;

/** Clusters of several TaskManagers within this VM, which shuffle over Geminid. */
public final class FlinkCluster implements AutoCloseable {

    private final MiniCluster cluster;

    private FlinkCluster(final MiniCluster cluster) {
        this.cluster = cluster;
    }

    /** The cluster itself. */
    public MiniCluster flink() {
        return cluster;
    }

    @Override
    public void close() {
        cluster.closeAsync().join();
    }

    /** A configuration that names our shuffle and asks for little memory. */
    public static Configuration configuration() {
        final Configuration configuration = new Configuration();
        configuration.set(
                ShuffleServiceOptions.SHUFFLE_SERVICE_FACTORY_CLASS,
                GeminidShuffleServiceFactory.class.getName());
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.parse("32m"));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.parse("32m"));
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.parse("16m"));
        configuration.set(
                TaskManagerOptions.NETWORK_BATCH_SHUFFLE_READ_MEMORY, MemorySize.parse("9m"));
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(TaskManagerOptions.BIND_HOST, "127.0.0.1");
        final Configuration reporter = MetricOptions.forReporter(configuration, "collecting");
        reporter.set(
                MetricOptions.REPORTER_FACTORY_CLASS, CollectingReporterFactory.class.getName());
        return configuration;
    }

    /** Starts one; the caller closes it. */
    public static FlinkCluster start(
            final Configuration configuration, final int taskManagers, final int slots)
            throws Exception {
        CollectingReporter.clear();
        final MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(taskManagers)
                                .setNumSlotsPerTaskManager(slots)
                                .build());
        cluster.start();
        return new FlinkCluster(cluster);
    }
}
