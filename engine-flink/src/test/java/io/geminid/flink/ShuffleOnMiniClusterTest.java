package io.geminid.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.flink.testing.CollectingReporter;
import io.geminid.flink.testing.CountedJob;
import io.geminid.flink.testing.FlinkCluster;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.junit.jupiter.api.Test;

/** Whole jobs over two TaskManagers of one VM, which reach each other through our transport. */
class ShuffleOnMiniClusterTest {

    private static final long NUMBERS = 300_000;

    @Test
    void aStreamingJobComesOutExact() throws Exception {
        final Configuration configuration = FlinkCluster.configuration();
        try (FlinkCluster cluster = FlinkCluster.start(configuration, 2, 2)) {
            assertThat(CountedJob.run(cluster, configuration, 4, NUMBERS))
                    .isEqualTo(CountedJob.Result.of(NUMBERS));
            assertDataWentOverOurTransport();
        }
    }

    @Test
    void aBatchJobComesOutExact() throws Exception {
        final Configuration configuration = FlinkCluster.configuration();
        configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
        try (FlinkCluster cluster = FlinkCluster.start(configuration, 2, 2)) {
            assertThat(CountedJob.run(cluster, configuration, 4, NUMBERS))
                    .isEqualTo(CountedJob.Result.of(NUMBERS));
            assertDataWentOverOurTransport();
        }
    }

    private static void assertDataWentOverOurTransport() {
        assertThat(CollectingReporter.count("bytesSent")).isEqualTo(2);
        assertThat(CollectingReporter.sum("bytesSent")).isPositive();
        assertThat(CollectingReporter.sum("bytesReceived"))
                .isEqualTo(CollectingReporter.sum("bytesSent"));
        assertThat(CollectingReporter.sum("piecesRegistered")).isPositive();
        assertThat(CollectingReporter.sum("piecesUnregistered")).isZero();
        assertThat(CollectingReporter.sum("piecesCopied")).isZero();
    }
}
