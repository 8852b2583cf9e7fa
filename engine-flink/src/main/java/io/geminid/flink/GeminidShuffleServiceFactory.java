package io.geminid.flink;

import io.geminid.flink.FlinkShuffleOptions.InternalSsl;
import io.geminid.flink.memory.FlinkPools;
import io.geminid.flink.memory.RegisteredMemory;
import io.geminid.flink.memory.RegisteringPartitionManager;
import io.geminid.flink.network.GeminidConnectionManager;
import io.geminid.flink.network.GeminidConnectionManager.Reconnecting;
import io.geminid.flink.network.NetworkScope;
import io.geminid.flink.network.ShuffleCounters;
import io.geminid.shuffle.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.runtime.io.disk.BatchShuffleReadBufferPool;
import org.apache.flink.runtime.io.network.ConnectionManager;
import org.apache.flink.runtime.io.network.LocalConnectionManager;
import org.apache.flink.runtime.io.network.NettyShuffleEnvironment;
import org.apache.flink.runtime.io.network.NettyShuffleServiceFactory;
import org.apache.flink.runtime.io.network.buffer.NetworkBufferPool;
import org.apache.flink.runtime.io.network.partition.ResultPartition;
import org.apache.flink.runtime.io.network.partition.ResultPartitionManager;
import org.apache.flink.runtime.io.network.partition.consumer.SingleInputGate;
import org.apache.flink.runtime.shuffle.NettyShuffleDescriptor;
import org.apache.flink.runtime.shuffle.NettyShuffleMaster;
import org.apache.flink.runtime.shuffle.ShuffleEnvironment;
import org.apache.flink.runtime.shuffle.ShuffleEnvironmentContext;
import org.apache.flink.runtime.shuffle.ShuffleMaster;
import org.apache.flink.runtime.shuffle.ShuffleMasterContext;
import org.apache.flink.runtime.shuffle.ShuffleServiceFactory;
import org.apache.flink.runtime.taskmanager.NettyShuffleEnvironmentConfiguration;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code shuffle-service-factory.class} names: Flink's own shuffle over a transport of ours.
 *
 * <p>Partitions, gates, their buffers and what becomes of them in a checkpoint are Flink's; only
 * the connections between TaskManagers, and the memory of the buffers, are not.
 */
public final class GeminidShuffleServiceFactory
        implements ShuffleServiceFactory<NettyShuffleDescriptor, ResultPartition, SingleInputGate> {

    private static final Logger LOG = LoggerFactory.getLogger(GeminidShuffleServiceFactory.class);

    /** Who speaks with whom: numbers in frames mean the same only within one version of each. */
    private static final String PROTOCOL =
            "geminid-flink 1, flink " + EnvironmentInformation.getVersion();

    /** Called by Flink. */
    public GeminidShuffleServiceFactory() {}

    @Override
    public ShuffleMaster<NettyShuffleDescriptor> createShuffleMaster(
            final ShuffleMasterContext context) {
        LOG.info("Geminid shuffle master, as Flink's own");
        return new NettyShuffleMaster(context);
    }

    @Override
    public ShuffleEnvironment<ResultPartition, SingleInputGate> createShuffleEnvironment(
            final ShuffleEnvironmentContext context) {
        final Configuration configuration = context.getConfiguration();
        final FlinkShuffleOptions options =
                FlinkShuffleOptions.from(
                        configuration, context.getHostAddress(), context.getNumberOfSlots());
        if (SecurityOptions.isInternalSSLEnabled(configuration)) {
            if (options.internalSsl() == InternalSsl.REFUSE) {
                throw new IllegalConfigurationException(
                        SecurityOptions.SSL_INTERNAL_ENABLED.key()
                                + "=true, but Geminid's shuffle does not encrypt: set "
                                + FlinkShuffleOptions.INTERNAL_SSL
                                + "=flink to use Flink's own transport, or remove "
                                + "shuffle-service-factory.class");
            }
            LOG.warn(
                    "{}=flink: data goes over Flink's own transport, which encrypts it",
                    FlinkShuffleOptions.INTERNAL_SSL);
            return new NettyShuffleServiceFactory().createShuffleEnvironment(context);
        }
        final NettyShuffleEnvironmentConfiguration flink =
                NettyShuffleEnvironmentConfiguration.fromConfiguration(
                        configuration,
                        context.getNetworkMemorySize(),
                        context.isLocalCommunicationOnly(),
                        context.getHostAddress());
        final RegisteringPartitionManager partitions =
                new RegisteringPartitionManager(
                        flink.getPartitionRequestListenerTimeout(), context.getScheduledExecutor());
        if (context.isLocalCommunicationOnly()) {
            return environment(context, flink, partitions, new LocalConnectionManager());
        }
        final GeminidConnectionManager connections =
                new GeminidConnectionManager(
                        context.getScheduledExecutor(),
                        new Reconnecting(
                                configuration.get(NettyShuffleEnvironmentOptions.NETWORK_RETRIES)
                                        + 1,
                                flink.isConnectionReuseEnabled()));
        final NettyShuffleEnvironment environment =
                environment(context, flink, partitions, connections);
        final RegisteredMemory memory = register(environment, partitions, options);
        final NetworkScope scope =
                new NetworkScope(partitions, memory, new ShuffleCounters(), PROTOCOL);
        final Transport transport =
                FlinkTransports.create(flink.networkBufferSize(), options, memory.pool());
        connections.use(transport, scope);
        ShuffleMetrics.register(context.getParentMetricGroup(), scope.counters(), transport);
        LOG.info(
                "Geminid shuffle: transport={} protocol=\"{}\" bufferBytes={} {}",
                transport.name(),
                PROTOCOL,
                flink.networkBufferSize(),
                options.shown());
        return environment;
    }

    /**
     * Flink's way to bring one's own connections. It says "visible for testing", but there is no
     * other, and it has not changed from 2.0 to 2.3.
     */
    private static NettyShuffleEnvironment environment(
            final ShuffleEnvironmentContext context,
            final NettyShuffleEnvironmentConfiguration flink,
            final ResultPartitionManager partitions,
            final ConnectionManager connections) {
        return NettyShuffleServiceFactory.createNettyShuffleEnvironment(
                flink,
                context.getTaskExecutorResourceId(),
                context.getEventPublisher(),
                partitions,
                connections,
                context.getParentMetricGroup(),
                context.getIoExecutor(),
                context.getNumberOfSlots(),
                context.getTmpDirPaths());
    }

    private static RegisteredMemory register(
            final NettyShuffleEnvironment environment,
            final RegisteringPartitionManager partitions,
            final FlinkShuffleOptions options) {
        final NetworkBufferPool network = environment.getNetworkBufferPool();
        final BatchShuffleReadBufferPool batchRead = environment.getBatchShuffleReadBufferPool();
        final RegisteredMemory memory =
                new RegisteredMemory(
                        environment.getConfiguration().networkBufferSize(),
                        network.getTotalNumberOfMemorySegments()
                                + (options.registerBatchReads()
                                        ? batchRead.getNumTotalBuffers()
                                        : 0),
                        FlinkTransports.segmentsBeside(options));
        try {
            FlinkPools.replace(network, memory);
        } catch (final IOException e) {
            throw new UncheckedIOException("network buffers cannot be replaced", e);
        }
        if (options.registerBatchReads()) {
            partitions.register(batchRead, memory);
        }
        return memory;
    }
}
