package org.apache.flink.runtime.shuffle;

import io.geminid.flink.GeminidShuffleServiceFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.io.network.partition.ResultPartition;
import org.apache.flink.runtime.io.network.partition.consumer.SingleInputGate;

/**
 * Stands before Flink's own class of this name on the class path of Flink's suites, and nowhere
 * else: several of them name a shuffle service themselves, so a configuration key does not reach
 * them. Ships in no jar.
 */
public enum ShuffleServiceLoader {
    ;

    /** Whatever is configured: ours, on loopback, where all clusters of the suites are. */
    public static ShuffleServiceFactory<?, ?, ?> loadShuffleServiceFactory(
            final Configuration configuration) {
        return new OnLoopback();
    }

    private static final class OnLoopback
            implements ShuffleServiceFactory<
                    NettyShuffleDescriptor, ResultPartition, SingleInputGate> {

        private final GeminidShuffleServiceFactory ours = new GeminidShuffleServiceFactory();

        @Override
        public ShuffleMaster<NettyShuffleDescriptor> createShuffleMaster(
                final ShuffleMasterContext context) {
            return ours.createShuffleMaster(context);
        }

        @Override
        public ShuffleEnvironment<ResultPartition, SingleInputGate> createShuffleEnvironment(
                final ShuffleEnvironmentContext context) {
            sayThatOursIsUsed(context);
            final Configuration configuration = new Configuration(context.getConfiguration());
            configuration.setString("geminid.tcp.bind-address", "127.0.0.1");
            return ours.createShuffleEnvironment(
                    new ShuffleEnvironmentContext(
                            configuration,
                            context.getTaskExecutorResourceId(),
                            context.getNetworkMemorySize(),
                            context.isLocalCommunicationOnly(),
                            context.getHostAddress(),
                            context.getNumberOfSlots(),
                            context.getTmpDirPaths(),
                            context.getEventPublisher(),
                            context.getParentMetricGroup(),
                            context.getIoExecutor(),
                            context.getScheduledExecutor()));
        }

        /** Processes that a test starts, and kills, have logs of the test's own. */
        private static void sayThatOursIsUsed(final ShuffleEnvironmentContext context) {
            try {
                Files.writeString(
                        Path.of(System.getenv("GEMINID_SUITES_USED")),
                        context.getTaskExecutorResourceId() + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
