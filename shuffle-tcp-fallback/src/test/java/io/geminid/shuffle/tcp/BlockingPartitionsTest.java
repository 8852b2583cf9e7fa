package io.geminid.shuffle.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.gate.InputChannelException;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.partition.ResultPartition;
import io.geminid.shuffle.record.RawRecordReader;
import io.geminid.shuffle.record.ReadStatus;
import io.geminid.shuffle.service.ShuffleOptions;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Blocking partitions through real environments: over sockets, and within the process. */
class BlockingPartitionsTest {

    private static final int SUBPARTITIONS = 5;
    private static final int RECORDS = 20_000;
    private static final ResultPartitionId ID = new ResultPartitionId(77, 1, 0, 0);

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();
    @TempDir Path directory;

    private Worker producer;
    private Worker consumer;

    private final class Worker {

        final UUID id = new UUID(1, seed.random().nextLong());
        final SegmentPool pool = pools.pool(256);
        final ShuffleEnvironment environment;
        final InetSocketAddress address;

        Worker() throws IOException {
            final List<ConfigKey<?>> keys = new ArrayList<>(ShuffleOptions.KEYS);
            keys.addAll(SortMergeOptions.KEYS);
            keys.addAll(TcpTransportContext.KEYS);
            final GeminidProperties properties =
                    GeminidProperties.of(
                            Map.of(
                                    SortMergeOptions.DIRECTORY.name(),
                                    directory.toString(),
                                    ShuffleOptions.PARTITION_WAIT.name(),
                                    "100ms"),
                            keys);
            environment =
                    new TcpShuffleServiceFactory()
                            .createShuffleEnvironment(
                                    new ShuffleEnvironmentContext(
                                            id, properties, pool, System::nanoTime));
            address = environment.start();
        }

        ResultPartition partition(final ResultPartitionId partition) {
            return environment.createResultPartition("producer", descriptor(partition));
        }

        /** Records that one consumer reads: all channels of one subpartition of the producer. */
        List<Long> read(final ResultPartitionId partition, final int subpartition)
                throws Exception {
            final ShuffleDescriptor descriptor =
                    new ShuffleDescriptor(
                            "tcp", descriptor(partition), producer.id, producer.address);
            final List<Long> records = new ArrayList<>();
            try (InputGate gate =
                            environment.createInputGate(
                                    "consumer",
                                    List.of(new SubpartitionSource(descriptor, subpartition)));
                    RawRecordReader reader = new RawRecordReader(gate, 1 << 20)) {
                gate.requestPartitions();
                final Semaphore available = new Semaphore(0);
                while (!gate.isFinished()) {
                    final ReadStatus status = reader.next();
                    if (status == ReadStatus.RECORD) {
                        records.add(reader.record().getLong());
                    } else if (status == ReadStatus.NOTHING
                            && gate.awaitAvailable(available::release)) {
                        assertThat(available.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
                    }
                }
            }
            return records;
        }

        void close() {
            environment.close();
            pool.close();
        }
    }

    private static PartitionDescriptor descriptor(final ResultPartitionId partition) {
        return new PartitionDescriptor(partition, ResultPartitionType.BLOCKING, SUBPARTITIONS);
    }

    @BeforeEach
    void open() throws IOException {
        producer = new Worker();
        consumer = new Worker();
    }

    @AfterEach
    void close() throws IOException {
        consumer.close();
        producer.close();
        assertThat(files()).isEmpty();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).toList();
        }
    }

    private List<List<Long>> write(final ResultPartitionId id) throws InterruptedException {
        final Random random = seed.random();
        final List<List<Long>> written = new ArrayList<>();
        for (int i = 0; i < SUBPARTITIONS; i++) {
            written.add(new ArrayList<>());
        }
        try (ResultPartition partition = producer.partition(id)) {
            for (int i = 0; i < RECORDS; i++) {
                final int to = random.nextInt(SUBPARTITIONS);
                final long value = random.nextLong();
                final RecordOutput out = partition.beginRecord(to);
                out.putLong(value);
                out.putBytes(new byte[92], 0, 92);
                partition.endRecord();
                written.get(to).add(value);
            }
            partition.notifyEndOfData();
            partition.finish();
        }
        return written;
    }

    /** INV B7: over the network and within the process, again and again. */
    @Test
    void aPartitionIsReadAnyNumberOfTimes() throws Exception {
        final List<List<Long>> written = write(ID);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < SUBPARTITIONS; i++) {
                assertThat(consumer.read(ID, i)).isEqualTo(written.get(i));
                assertThat(producer.read(ID, i)).isEqualTo(written.get(i));
            }
        }
        assertThat(producer.environment.getPartitionsOccupyingLocalResources()).containsExactly(ID);
        producer.environment.releasePartitionsLocally(List.of(ID));
        assertThat(producer.environment.getPartitionsOccupyingLocalResources()).isEmpty();
        assertThat(files()).isEmpty();
        producer.environment.releasePartitionsLocally(List.of(ID));
    }

    /** INV B8, F42: it is the partition that has to be produced again, not the reader's fault. */
    @Test
    void damageIsToldToTheConsumerAsTheProducersLoss() throws Exception {
        write(ID);
        final Path data =
                files().stream()
                        .filter(f -> f.toString().endsWith(".data"))
                        .findAny()
                        .orElseThrow();
        final byte[] bytes = Files.readAllBytes(data);
        bytes[bytes.length / 2] ^= 1;
        Files.write(data, bytes);
        for (final Worker reader : List.of(consumer, producer)) {
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < SUBPARTITIONS; i++) {
                                    reader.read(ID, i);
                                }
                            })
                    .isInstanceOfSatisfying(
                            InputChannelException.class,
                            e -> assertThat(e.partition()).isEqualTo(ID))
                    .hasMessageContaining(data.toString())
                    .hasMessageContaining("checksum");
        }
    }

    /** INV B1: before its end a partition is not there. */
    @Test
    void anUnfinishedPartitionIsNotFound() throws Exception {
        try (ResultPartition partition = producer.partition(ID)) {
            partition.beginRecord(0).putLong(1);
            partition.endRecord();
            assertThatThrownBy(() -> consumer.read(ID, 0))
                    .isInstanceOf(InputChannelException.class)
                    .hasMessageContaining("not found");
        }
    }

    /** INV B6: what a process left that was killed is removed by the next one. */
    @Test
    void aDeadProcessLeavesNothingForLong() throws Exception {
        final Path dead = directory.resolve("process-" + new UUID(3, 4));
        Files.createDirectories(dead.resolve("0000000000000001"));
        Files.createFile(dead.resolve("lock"));
        Files.createFile(dead.resolve("0000000000000001").resolve("1-2-3.data.part"));
        write(ID);
        assertThat(dead).doesNotExist();
        assertThat(files()).hasSize(2);
    }
}
