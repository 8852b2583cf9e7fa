package io.geminid.shuffle.service;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleStatistics;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.gate.GateContext;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.gate.PipelinedInputGate;
import io.geminid.shuffle.network.ChannelNetwork;
import io.geminid.shuffle.network.ChannelReceiver;
import io.geminid.shuffle.network.NetworkContext;
import io.geminid.shuffle.network.RemoteChannel;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.partition.PartitionProvider;
import io.geminid.shuffle.partition.PartitionRegistry;
import io.geminid.shuffle.partition.PipelinedResultPartition;
import io.geminid.shuffle.partition.ResultPartition;
import io.geminid.shuffle.partition.SubpartitionListener;
import io.geminid.shuffle.partition.SubpartitionView;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import io.geminid.shuffle.sortmerge.SortMergeStore;
import io.geminid.shuffle.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * A worker's part of a service whose partitions live in their producers' processes, pipelined ones
 * in memory and blocking ones on disk: all of it but the transport.
 *
 * <p>Closing it closes gates first, then partitions, then the network, which waits until no link
 * uses a segment. What a task still holds (a buffer it reads, a segment it writes) comes back as
 * the task lets go of it. Any thread.
 */
public final class StandardShuffleEnvironment implements ShuffleEnvironment {

    private final ShuffleEnvironmentContext context;
    private final ShuffleOptions options;
    private final SegmentPool pool;
    private final PartitionRegistry partitions = new PartitionRegistry();
    private final PartitionProvider all;
    private final ShuffleNetwork network;

    /** Who may read what is in the directory of a shuffle service; null if there is none. */
    private final ServiceTokens tokens;

    // Guarded by this.
    private final List<PipelinedInputGate> gates = new ArrayList<>();
    private boolean closed;

    /** Made when the first blocking partition is; written under the lock. */
    private volatile BlockingPartitions blocking;

    /**
     * Makes an environment, not started.
     *
     * @param context configuration and what the worker lends
     * @param transport now the environment's, which starts and closes it
     * @param limits of channels and credits, as the transport tells them to its peers
     */
    public StandardShuffleEnvironment(
            final ShuffleEnvironmentContext context,
            final Transport transport,
            final NetworkContext limits) {
        this(
                context,
                partitions ->
                        new TransportNetwork(new ChannelNetwork(transport, partitions, limits)));
    }

    /**
     * Over any network.
     *
     * @param context configuration and what the worker lends
     * @param network makes the network, which is then the environment's to start and close, to
     *     serve the partitions it is given
     */
    StandardShuffleEnvironment(
            final ShuffleEnvironmentContext context,
            final Function<? super PartitionProvider, ? extends ShuffleNetwork> network) {
        this.context = context;
        this.options = ShuffleOptions.from(context.properties());
        this.pool = context.pool();
        final Path service = SortMergeOptions.serviceDirectory(context.properties());
        this.tokens = service == null ? null : new ServiceTokens(service);
        this.all = new All(null);
        this.network = network.apply(all);
    }

    /** The partitions of this process, and of the shuffle service in whose directory it writes. */
    private final class All implements PartitionProvider {

        /** What a peer has proved to know; null: this process asks for itself. */
        private final String tokenId;

        All(final String tokenId) {
            this.tokenId = tokenId;
        }

        @Override
        public SubpartitionView createView(
                final ResultPartitionId partition,
                final int subpartition,
                final SubpartitionListener listener)
                throws PartitionNotFoundException {
            return createView(partition, SubpartitionRange.of(subpartition), listener);
        }

        @Override
        public SubpartitionView createView(
                final ResultPartitionId partition,
                final SubpartitionRange subpartitions,
                final SubpartitionListener listener)
                throws PartitionNotFoundException {
            final BlockingPartitions stored = blocking;
            if (stored == null || partitions.find(partition) != null) {
                return partitions.createView(partition, subpartitions, listener);
            }
            final PartitionProvider files = stored.store().stored();
            if (tokens != null && tokenId != null && !tokens.mayRead(partition.jobId(), tokenId)) {
                // As if it were not there: who must not read it need not learn more.
                throw new PartitionNotFoundException(
                        partition, "stored=false subpartitions=" + subpartitions);
            }
            return files.createView(partition, subpartitions, listener);
        }

        @Override
        public PartitionProvider forToken(final String proved) {
            return new All(proved);
        }
    }

    @Override
    public InetSocketAddress start() throws IOException {
        if (SortMergeOptions.serviceDirectory(context.properties()) != null) {
            blocking(); // what others have published is served too
        }
        return network.start();
    }

    @Override
    public ResultPartition createResultPartition(
            final String owner, final PartitionDescriptor descriptor) {
        requireOpen();
        if (descriptor.type() == ResultPartitionType.BLOCKING) {
            admitPeers(descriptor.id().jobId());
            return blocking().createPartition(owner, descriptor);
        }
        final int subpartitions = descriptor.subpartitionCount();
        final LocalSegmentPool local =
                pool.createLocalPool(
                        new LocalPoolContext(
                                owner + " output",
                                ShuffleOptions.partitionSegmentsMin(subpartitions),
                                options.partitionSegmentsMax(subpartitions),
                                options.overdraftPerPartition()));
        final PipelinedResultPartition partition =
                new PipelinedResultPartition(
                        descriptor.id(),
                        subpartitions,
                        options.segmentsPerSubpartitionMax(),
                        local,
                        partitions::remove);
        try {
            partitions.add(partition);
            requireOpen();
        } catch (final IllegalStateException e) {
            partition.close();
            throw e;
        }
        return partition;
    }

    /** Whoever writes a job's files says who may read them. */
    private void admitPeers(final long jobId) {
        if (tokens != null) {
            tokens.admit(jobId, context.token());
        }
    }

    private synchronized SortMergeStore blocking() {
        requireOpen();
        if (blocking == null) {
            blocking = new BlockingPartitions(context);
        }
        return blocking.store();
    }

    @Override
    public InputGate createInputGate(final String owner, final List<SubpartitionSource> producers) {
        final GateContext gateContext =
                new GateContext(
                        owner,
                        context.processId(),
                        options.exclusivePerChannel(),
                        options.partitionWait().toNanos(),
                        context.timer());
        final int channels = PipelinedInputGate.channelsWithSegments(gateContext, producers);
        final LocalSegmentPool local =
                pool.createLocalPool(
                        new LocalPoolContext(
                                owner + " input",
                                channels == 0 ? 0 : options.gateSegmentsMin(channels),
                                options.gateSegmentsMax(channels),
                                0));
        final PipelinedInputGate gate =
                new PipelinedInputGate(gateContext, producers, local, all, network);
        try {
            addGate(gate);
        } catch (final IllegalStateException e) {
            gate.close();
            throw e;
        }
        return gate;
    }

    private synchronized void addGate(final PipelinedInputGate gate) {
        requireOpen();
        gates.removeIf(PipelinedInputGate::isClosed);
        gates.add(gate);
    }

    @Override
    public void releasePartitionsLocally(final Collection<ResultPartitionId> ids) {
        for (final ResultPartitionId id : ids) {
            final PipelinedResultPartition partition = partitions.find(id);
            if (partition != null) {
                partition.close();
            }
        }
        final BlockingPartitions stored = blocking;
        if (stored != null) {
            stored.store().release(ids);
        }
    }

    @Override
    public Collection<ResultPartitionId> getPartitionsOccupyingLocalResources() {
        final List<ResultPartitionId> occupying = new ArrayList<>(partitions.notConsumed());
        final BlockingPartitions stored = blocking;
        if (stored != null) {
            occupying.addAll(stored.store().ids());
        }
        return occupying;
    }

    @Override
    public ShuffleStatistics statistics() {
        final long credits;
        synchronized (this) {
            credits = gates.stream().mapToLong(PipelinedInputGate::openCredits).sum();
        }
        return network.statistics().withCreditsAvailable(credits);
    }

    @Override
    public void close() {
        final List<PipelinedInputGate> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(gates);
            gates.clear();
        }
        open.forEach(PipelinedInputGate::close);
        partitions.all().forEach(PipelinedResultPartition::close);
        final BlockingPartitions stored = blocking;
        if (stored != null) {
            stored.close();
        }
        network.close();
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "environment is closed: processId=" + context.processId());
        }
    }

    /** Channels over a transport, as a network. */
    private record TransportNetwork(ChannelNetwork channels) implements ShuffleNetwork {

        @Override
        public InetSocketAddress start() throws IOException {
            return channels.start();
        }

        @Override
        public RemoteChannel open(
                final InetSocketAddress producer,
                final ResultPartitionId partition,
                final SubpartitionRange subpartitions,
                final int initialCredit,
                final ChannelReceiver receiver) {
            return channels.open(producer, partition, subpartitions, initialCredit, receiver);
        }

        @Override
        public ShuffleStatistics statistics() {
            return channels.statistics();
        }

        @Override
        public void close() {
            channels.close();
        }
    }

    @Override
    public String toString() {
        return "shuffle environment processId=" + context.processId();
    }
}
