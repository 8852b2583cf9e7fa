package io.geminid.perf.service;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.perf.ConfigurationKeys;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleMaster;
import io.geminid.shuffle.ShuffleMasterContext;
import io.geminid.shuffle.ShuffleServiceFactory;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ProducerDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.partition.ResultPartition;
import io.geminid.shuffle.record.RawRecordReader;
import io.geminid.shuffle.record.ReadStatus;
import io.geminid.shuffle.sortmerge.write.PartitionWriteException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/** A worker that uses a shuffle service; as a process of its own it writes and dies. */
final class ServiceWorker implements AutoCloseable {

    static final int RECORDS = 50_000;

    /** How a process ends whose partition cannot be written. */
    static final int REFUSED = 7;

    static final PartitionDescriptor PARTITION =
            new PartitionDescriptor(
                    new ResultPartitionId(9, 0, 0, 0), ResultPartitionType.BLOCKING, 2);

    private static final PartitionDescriptor OF_ANOTHER_JOB =
            new PartitionDescriptor(
                    new ResultPartitionId(10, 0, 0, 0), ResultPartitionType.BLOCKING, 2);

    private final UUID id = UUID.randomUUID();
    private final ShuffleServiceFactory factory;
    private final GeminidProperties properties;
    private final SegmentPool pool;
    private final ShuffleEnvironment environment;
    private final InetSocketAddress address;

    ServiceWorker(final String directory) throws IOException {
        properties =
                GeminidProperties.of(
                        Map.of(
                                "geminid.shuffle.blocking.service-dir", directory,
                                "geminid.shuffle.partition-wait", "100ms",
                                "geminid.memory.max-bytes", "16mb"),
                        ConfigurationKeys.all());
        pool = new SegmentPool(SegmentPoolContext.from(properties));
        factory = ShuffleServices.load(ServiceWorker.class.getClassLoader()).forJob(properties);
        environment =
                factory.createShuffleEnvironment(
                        new ShuffleEnvironmentContext(id, properties, pool, System::nanoTime));
        address = environment.start();
    }

    /** Writes and halts: nothing is closed. Another job writes as many records as it is told. */
    public static void main(final String[] args) throws Exception {
        final ServiceWorker worker = new ServiceWorker(args[0]);
        try {
            if (args.length == 1) {
                worker.write(PARTITION, RECORDS);
            } else {
                worker.write(OF_ANOTHER_JOB, Integer.parseInt(args[1]));
            }
        } catch (final PartitionWriteException e) {
            System.out.println(e.getMessage());
            System.out.flush();
            Runtime.getRuntime().halt(REFUSED);
        }
        Runtime.getRuntime().halt(0);
    }

    private void write(final PartitionDescriptor descriptor, final int records)
            throws InterruptedException {
        final ResultPartition partition = environment.createResultPartition("dead", descriptor);
        for (int i = 0; i < records; i++) {
            final RecordOutput out = partition.beginRecord(i % 2);
            out.putLong(i);
            partition.endRecord();
        }
        partition.notifyEndOfData();
        partition.finish();
    }

    ShuffleDescriptor register() {
        try (ShuffleMaster master =
                factory.createShuffleMaster(new ShuffleMasterContext(properties))) {
            return master.registerPartitionWithProducer(
                            PARTITION, new ProducerDescriptor(id, address))
                    .join();
        }
    }

    void release(final ShuffleDescriptor descriptor) {
        try (ShuffleMaster master =
                factory.createShuffleMaster(new ShuffleMasterContext(properties))) {
            master.releasePartitionExternally(descriptor);
        }
    }

    List<Long> read(final ShuffleDescriptor descriptor, final int subpartition)
            throws IOException, InterruptedException {
        final List<Long> records = new ArrayList<>();
        final Semaphore available = new Semaphore(0);
        try (InputGate gate =
                        environment.createInputGate(
                                "reader",
                                List.of(new SubpartitionSource(descriptor, subpartition)));
                RawRecordReader reader = new RawRecordReader(gate, 100)) {
            gate.requestPartitions();
            for (ReadStatus status = reader.next();
                    status != ReadStatus.FINISHED;
                    status = reader.next()) {
                if (status == ReadStatus.RECORD) {
                    records.add(reader.record().getLong());
                } else if (status == ReadStatus.NOTHING
                        && gate.awaitAvailable(available::release)) {
                    available.acquire();
                }
            }
        }
        return records;
    }

    @Override
    public void close() {
        environment.close();
        pool.close();
    }
}
