import io.geminid.perf.blocking.exchange.Exchange;
import io.geminid.perf.blocking.exchange.ExchangeChild;
import io.geminid.perf.blocking.exchange.ExchangePlan;
import io.geminid.perf.blocking.exchange.Records;
import io.geminid.perf.blocking.exchange.Tally;
import io.geminid.perf.blocking.exchange.Tasks;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.core.io.IOReadableWritable;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.channel.ChannelStateWriter;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.deployment.InputGateDeploymentDescriptor;
import org.apache.flink.runtime.deployment.ResultPartitionDeploymentDescriptor;
import org.apache.flink.runtime.deployment.TaskDeploymentDescriptorFactory.ShuffleDescriptorAndIndex;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.io.network.NettyShuffleEnvironment;
import org.apache.flink.runtime.io.network.NettyShuffleServiceFactory;
import org.apache.flink.runtime.io.network.TaskEventDispatcher;
import org.apache.flink.runtime.io.network.api.reader.MutableRecordReader;
import org.apache.flink.runtime.io.network.api.writer.ChannelSelector;
import org.apache.flink.runtime.io.network.api.writer.RecordWriter;
import org.apache.flink.runtime.io.network.api.writer.RecordWriterBuilder;
import org.apache.flink.runtime.io.network.partition.ChannelStateHolder;
import org.apache.flink.runtime.io.network.partition.ResultPartition;
import org.apache.flink.runtime.io.network.partition.ResultPartitionID;
import org.apache.flink.runtime.io.network.partition.ResultPartitionType;
import org.apache.flink.runtime.io.network.partition.consumer.InputChannel;
import org.apache.flink.runtime.io.network.partition.consumer.SingleInputGate;
import org.apache.flink.runtime.jobgraph.IntermediateDataSetID;
import org.apache.flink.runtime.jobgraph.IntermediateResultPartitionID;
import org.apache.flink.runtime.shuffle.NettyShuffleDescriptor;
import org.apache.flink.runtime.shuffle.PartitionDescriptor;
import org.apache.flink.runtime.shuffle.ShuffleEnvironmentContext;
import org.apache.flink.runtime.shuffle.ShuffleIOOwnerContext;
import org.apache.flink.util.concurrent.ScheduledExecutorServiceAdapter;

/** Flink's sort-merge shuffle, written and read in one process, by the interface that its tasks use. */
final class FlinkExchange implements Exchange {

    private static final int BUFFER_BYTES = 32 << 10;

    /** Beside what is sorted in: for the gates of consumers. */
    private static final long GATE_BYTES = 16L << 20;

    private final ExchangePlan plan;
    private final ResourceID here = ResourceID.generate();
    private final ExecutorService io = Executors.newFixedThreadPool(4);
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final NettyShuffleEnvironment environment;
    private IntermediateDataSetID dataSet;
    private final List<ResultPartitionID> partitions = new ArrayList<>();

    private FlinkExchange(final ExchangePlan plan) throws IOException {
        this.plan = plan;
        final Configuration configuration = new Configuration();
        configuration.set(
                NettyShuffleEnvironmentOptions.NETWORK_SORT_SHUFFLE_MIN_BUFFERS,
                (int) (plan.sortBytes() / BUFFER_BYTES));
        configuration.set(
                NettyShuffleEnvironmentOptions.SHUFFLE_COMPRESSION_CODEC,
                NettyShuffleEnvironmentOptions.CompressionCodec.valueOf(
                        plan.compression().toUpperCase(Locale.ROOT)));
        environment =
                new NettyShuffleServiceFactory()
                        .createShuffleEnvironment(
                                new ShuffleEnvironmentContext(
                                        configuration,
                                        here,
                                        new MemorySize(plan.tasks() * plan.sortBytes() + GATE_BYTES),
                                        true,
                                        InetAddress.getLoopbackAddress(),
                                        plan.tasks(),
                                        new String[] {plan.directory().toString()},
                                        new TaskEventDispatcher(),
                                        new UnregisteredMetricsGroup(),
                                        io,
                                        new ScheduledExecutorServiceAdapter(timer)));
        environment.start();
    }

    public static void main(final String[] arguments) throws Exception {
        final ExchangePlan plan = ExchangePlan.parse(arguments);
        ExchangeChild.serve(plan, new FlinkExchange(plan));
        System.exit(0);
    }

    /** A record as a task of Flink would have it; used again for every record. */
    private static final class Row implements IOReadableWritable {

        private final byte[] own;
        long number;
        int subpartition;
        byte[] text;
        int textAt;
        int textBytes;

        Row(final int textBytes) {
            own = new byte[textBytes];
            this.textBytes = textBytes;
        }

        @Override
        public void write(final DataOutputView out) throws IOException {
            out.writeLong(number);
            out.write(text, textAt, textBytes);
        }

        @Override
        public void read(final DataInputView in) throws IOException {
            number = in.readLong();
            in.readFully(own);
        }
    }

    /** Where a row goes was found before. */
    private static final class BySubpartition implements ChannelSelector<Row> {

        @Override
        public void setup(final int numberOfChannels) {}

        @Override
        public int selectChannel(final Row row) {
            return row.subpartition;
        }

        @Override
        public boolean isBroadcast() {
            return false;
        }
    }

    @Override
    public void write() throws Exception {
        dataSet = new IntermediateDataSetID();
        partitions.clear();
        for (int task = 0; task < plan.tasks(); task++) {
            partitions.add(
                    new ResultPartitionID(
                            new IntermediateResultPartitionID(dataSet, task), ExecutionAttemptID.randomId()));
        }
        Tasks.run(plan.tasks(), this::write);
    }

    private NettyShuffleDescriptor shuffleDescriptor(final int task) {
        return new NettyShuffleDescriptor(
                here,
                NettyShuffleDescriptor.LocalExecutionPartitionConnectionInfo.INSTANCE,
                partitions.get(task));
    }

    private ShuffleIOOwnerContext owner(final String name, final ExecutionAttemptID attempt) {
        return environment.createShuffleIOOwnerContext(name, attempt, new UnregisteredMetricsGroup());
    }

    private Tally write(final int task) throws Exception {
        final ResultPartitionID id = partitions.get(task);
        final PartitionDescriptor descriptor =
                new PartitionDescriptor(
                        dataSet,
                        plan.tasks(),
                        id.getPartitionId(),
                        ResultPartitionType.BLOCKING,
                        plan.subpartitions(),
                        0,
                        false,
                        true,
                        false);
        final ResultPartition partition =
                environment
                        .createResultPartitionWriters(
                                owner("producer " + task, id.getProducerId()),
                                List.of(
                                        new ResultPartitionDeploymentDescriptor(
                                                descriptor, shuffleDescriptor(task), plan.subpartitions())))
                        .get(0);
        partition.setup();
        final RecordWriter<Row> writer =
                new RecordWriterBuilder<Row>().setChannelSelector(new BySubpartition()).build(partition);
        final Records records = new Records(plan, task);
        final Row row = new Row(records.textBytes());
        row.text = records.text();
        while (records.next()) {
            row.number = records.number();
            row.subpartition = records.subpartition();
            row.textAt = records.textAt();
            writer.emit(row);
        }
        partition.finish();
        writer.close();
        partition.close();
        return Tally.EMPTY;
    }

    @Override
    public Tally read() throws Exception {
        final AtomicInteger next = new AtomicInteger();
        return Tasks.run(plan.tasks(), task -> read(next));
    }

    private Tally read(final AtomicInteger next) throws Exception {
        final Tally.Counter counter = new Tally.Counter(plan.subpartitions());
        for (int subpartition = next.getAndIncrement();
                subpartition < plan.subpartitions();
                subpartition = next.getAndIncrement()) {
            read(subpartition, counter);
        }
        return counter.tally();
    }

    private void read(final int subpartition, final Tally.Counter counter) throws Exception {
        final ShuffleDescriptorAndIndex[] sources = new ShuffleDescriptorAndIndex[plan.tasks()];
        for (int task = 0; task < sources.length; task++) {
            sources[task] = new ShuffleDescriptorAndIndex(shuffleDescriptor(task), task);
        }
        final InputGateDeploymentDescriptor descriptor =
                new InputGateDeploymentDescriptor(
                        dataSet, ResultPartitionType.BLOCKING, subpartition, sources);
        descriptor.tryLoadAndDeserializeShuffleDescriptors(null, null, null);
        final SingleInputGate gate =
                environment
                        .createInputGates(
                                owner("consumer " + subpartition, ExecutionAttemptID.randomId()),
                                (set, partition, producer) -> {
                                    throw new IllegalStateException("asked for the state of " + producer);
                                },
                                List.of(descriptor))
                        .get(0);
        try {
            gate.setup();
            for (final InputChannel channel : gate.inputChannels()) {
                ((ChannelStateHolder) channel).setChannelStateWriter(ChannelStateWriter.NO_OP);
            }
            gate.finishReadRecoveredState();
            while (!gate.getStateConsumedFuture().isDone()) {
                gate.pollNext();
            }
            gate.requestPartitions();
            final MutableRecordReader<Row> reader =
                    new MutableRecordReader<>(gate, new String[] {plan.directory().toString()});
            final Row row = new Row(plan.recordBytes() - Long.BYTES);
            while (reader.next(row)) {
                counter.add(subpartition, row.number, plan.recordBytes());
            }
            reader.clearBuffers();
        } finally {
            gate.close();
        }
    }

    @Override
    public void clear() {
        environment.releasePartitionsLocally(partitions);
    }

    @Override
    public void close() {
        environment.close();
        io.shutdownNow();
        timer.shutdownNow();
    }
}
