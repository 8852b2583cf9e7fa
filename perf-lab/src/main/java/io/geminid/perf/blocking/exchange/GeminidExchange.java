package io.geminid.perf.blocking.exchange;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.perf.ConfigurationKeys;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.partition.ResultPartition;
import io.geminid.shuffle.record.RawRecordReader;
import io.geminid.shuffle.record.ReadStatus;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Our blocking partitions, written and read in one process. */
public final class GeminidExchange implements Exchange {

    /** A partition takes a quarter of all segments at most. */
    private static final int SORT_SHARE = 4;

    private final ExchangePlan plan;
    private final SegmentPool pool;
    private final ShuffleEnvironment environment;
    private final InetSocketAddress address;
    private final UUID processId = UUID.randomUUID();
    private int round;

    private GeminidExchange(final ExchangePlan plan) throws IOException {
        this.plan = plan;
        final GeminidProperties properties = properties(plan);
        pool = new SegmentPool(SegmentPoolContext.from(properties));
        environment =
                ShuffleServices.load(getClass().getClassLoader())
                        .forJob(properties)
                        .createShuffleEnvironment(
                                new ShuffleEnvironmentContext(
                                        processId, properties, pool, System::nanoTime));
        address = environment.start();
    }

    private static GeminidProperties properties(final ExchangePlan plan) {
        return GeminidProperties.of(
                Map.of(
                        SegmentPoolContext.MAX_BYTES.name(),
                        Long.toString(SORT_SHARE * plan.sortBytes()),
                        SortMergeOptions.SORT_BYTES.name(),
                        Long.toString(plan.sortBytes()),
                        SortMergeOptions.DIRECTORY.name(),
                        plan.directory().toString(),
                        SortMergeOptions.COMPRESSION.name(),
                        plan.compression().toLowerCase(Locale.ROOT),
                        SortMergeOptions.SYNC.name(),
                        Boolean.toString(plan.durable())),
                ConfigurationKeys.all());
    }

    /**
     * Serves.
     *
     * @param arguments the plan
     * @throws Exception ends the child
     */
    public static void main(final String[] arguments) throws Exception {
        final ExchangePlan plan = ExchangePlan.parse(arguments);
        ExchangeChild.serve(plan, new GeminidExchange(plan));
    }

    private PartitionDescriptor descriptor(final int task) {
        return new PartitionDescriptor(
                new ResultPartitionId(1, 0, task, round),
                ResultPartitionType.BLOCKING,
                plan.subpartitions());
    }

    @Override
    public void write() throws Exception {
        round++;
        Tasks.run(plan.tasks(), this::write);
    }

    private Tally write(final int task) throws InterruptedException {
        final Records records = new Records(plan, task);
        try (ResultPartition partition =
                environment.createResultPartition("producer " + task, descriptor(task))) {
            while (records.next()) {
                final RecordOutput out = partition.beginRecord(records.subpartition());
                out.putLong(records.number());
                out.putBytes(records.text(), records.textAt(), records.textBytes());
                partition.endRecord();
            }
            partition.notifyEndOfData();
            partition.finish();
        }
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

    private void read(final int subpartition, final Tally.Counter counter)
            throws IOException, InterruptedException {
        final List<SubpartitionSource> channels =
                IntStream.range(0, plan.tasks())
                        .mapToObj(
                                task ->
                                        new SubpartitionSource(
                                                new ShuffleDescriptor(
                                                        "", descriptor(task), processId, address),
                                                subpartition))
                        .toList();
        final Semaphore available = new Semaphore(0);
        try (InputGate gate = environment.createInputGate("consumer " + subpartition, channels);
                RawRecordReader reader = new RawRecordReader(gate, plan.recordBytes())) {
            final RecordInput record = reader.record();
            gate.requestPartitions();
            for (ReadStatus status = reader.next();
                    status != ReadStatus.FINISHED;
                    status = reader.next()) {
                if (status == ReadStatus.RECORD) {
                    final int bytes = record.remaining();
                    counter.add(subpartition, record.getLong(), bytes);
                } else if (status == ReadStatus.NOTHING
                        && gate.awaitAvailable(available::release)) {
                    available.acquire();
                }
            }
        }
    }

    @Override
    public void clear() {
        environment.releasePartitionsLocally(
                IntStream.range(0, plan.tasks()).mapToObj(task -> descriptor(task).id()).toList());
    }

    @Override
    public void close() {
        environment.close();
        pool.close();
    }
}
