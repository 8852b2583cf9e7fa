package io.geminid.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.flink.testing.CountedJob;
import io.geminid.flink.testing.FlinkCluster;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Network memory of clusters that are gone is free for those that come. */
class MemoryLifeTest {

    private static final long NUMBERS = 20_000;

    @Test
    @Tag("long")
    void memoryOfClosedClustersIsFree() throws Exception {
        final Configuration configuration = FlinkCluster.configuration();
        // Two TaskManagers, six times: three times of what this VM may have.
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.parse("512m"));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.parse("512m"));
        for (int i = 0; i < 6; i++) {
            try (FlinkCluster cluster = FlinkCluster.start(configuration, 2, 1)) {
                assertThat(CountedJob.run(cluster, configuration, 2, NUMBERS))
                        .isEqualTo(CountedJob.Result.of(NUMBERS));
            }
        }
    }
}
