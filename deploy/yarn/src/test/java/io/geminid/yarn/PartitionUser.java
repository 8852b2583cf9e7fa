package io.geminid.yarn;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
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
import io.geminid.shuffle.service.ShuffleOptions;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import io.geminid.shuffle.tcp.TcpTransportContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A process that writes a partition into the directory of a shuffle service, or reads it. */
final class PartitionUser implements AutoCloseable {

    static final int RECORDS = 50_000;

    private static final PartitionDescriptor PARTITION =
            new PartitionDescriptor(
                    new ResultPartitionId(9, 0, 0, 0), ResultPartitionType.BLOCKING, 2);

    private final SegmentPool pool;
    private final ShuffleEnvironment environment;

    PartitionUser(final Path directory) throws IOException {
        final GeminidProperties properties =
                GeminidProperties.of(
                        Map.of(
                                SortMergeOptions.SERVICE_DIRECTORY.name(), directory.toString(),
                                ShuffleOptions.PARTITION_WAIT.name(), "100ms",
                                SegmentPoolContext.MAX_BYTES.name(), "16mb"),
                        Stream.<List<ConfigKey<?>>>of(
                                        SegmentPoolContext.KEYS,
                                        ShuffleServices.KEYS,
                                        ShuffleOptions.KEYS,
                                        SortMergeOptions.KEYS,
                                        TcpTransportContext.KEYS)
                                .<ConfigKey<?>>flatMap(List::stream)
                                .toList());
        pool = new SegmentPool(SegmentPoolContext.from(properties));
        environment =
                ShuffleServices.load(PartitionUser.class.getClassLoader())
                        .forJob(properties)
                        .createShuffleEnvironment(
                                new ShuffleEnvironmentContext(
                                        UUID.randomUUID(), properties, pool, System::nanoTime));
        environment.start();
    }

    ResultPartition create() {
        return environment.createResultPartition("container", PARTITION);
    }

    static List<Long> expected(final int subpartition) {
        return LongStream.range(0, RECORDS).filter(i -> i % 2 == subpartition).boxed().toList();
    }

    List<Long> read(final InetSocketAddress service, final int subpartition)
            throws IOException, InterruptedException {
        final ShuffleDescriptor descriptor = new ShuffleDescriptor("tcp", PARTITION, null, service);
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
