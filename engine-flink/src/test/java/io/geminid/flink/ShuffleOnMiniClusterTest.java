package io.geminid.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.flink.testing.CollectingReporter;
import io.geminid.flink.testing.CountedJob;
import io.geminid.flink.testing.FlinkCluster;
import org.apache.flink.api.common.BatchShuffleMode;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
    void overSessionsWithASecretItComesOutExact() throws Exception {
        final Configuration configuration = FlinkCluster.configuration();
        // Nobody here has RDMA, or may use it, so that all goes on over TCP.
        configuration.setString("geminid.flink.transport", "auto");
        configuration.setString("geminid.flink.secret", "correct horse battery staple");
        try (FlinkCluster cluster = FlinkCluster.start(configuration, 2, 2)) {
            assertThat(CountedJob.run(cluster, configuration, 4, NUMBERS))
                    .isEqualTo(CountedJob.Result.of(NUMBERS));
            assertDataWentOverOurTransport();
            assertThat(CollectingReporter.sum("startedOverTcp")).isPositive();
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

    @ParameterizedTest
    @EnumSource(
            value = BatchShuffleMode.class,
            names = {"ALL_EXCHANGES_HYBRID_FULL", "ALL_EXCHANGES_HYBRID_SELECTIVE"})
    @Tag("long")
    void hybridShufflesComeOutExact(final BatchShuffleMode mode) throws Exception {
        final Configuration configuration = FlinkCluster.configuration();
        configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
        configuration.set(ExecutionOptions.BATCH_SHUFFLE_MODE, mode);
        try (FlinkCluster cluster = FlinkCluster.start(configuration, 2, 2)) {
            assertThat(CountedJob.run(cluster, configuration, 4, NUMBERS))
                    .isEqualTo(CountedJob.Result.of(NUMBERS));
            assertDataWentOverOurTransport();
        }
    }

    @Test
    @Tag("long")
    void aGateWithoutExclusiveBuffersComesOutExact() throws Exception {
        final Configuration configuration = FlinkCluster.configuration();
        configuration.set(
                NettyShuffleEnvironmentOptions.NETWORK_READ_MAX_REQUIRED_BUFFERS_PER_GATE, 1);
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
