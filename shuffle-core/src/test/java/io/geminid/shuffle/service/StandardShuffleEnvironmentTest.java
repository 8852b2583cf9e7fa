package io.geminid.shuffle.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.TooFewSegmentsException;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.event.UserEvent;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.network.NetworkContext;
import io.geminid.shuffle.partition.ResultPartition;
import io.geminid.shuffle.record.RawRecordReader;
import io.geminid.shuffle.record.ReadStatus;
import io.geminid.shuffle.transport.MemoryFabric;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.WireVersion;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two environments over the network half, whose frames go through memory, step by step. */
class StandardShuffleEnvironmentTest {

    private static final int SEGMENT = PoolExtension.SEGMENT_BYTES;

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private final Deque<Runnable> retries = new ArrayDeque<>();
    private MemoryFabric fabric;
    private Worker producer;
    private Worker consumer;

    /** A process. */
    private final class Worker {

        private final UUID id;
        private final SegmentPool pool;
        private final StandardShuffleEnvironment environment;
        private final InetSocketAddress address;

        Worker(final int number, final int segments, final String exclusive) throws IOException {
            id = new UUID(0, number);
            pool = pools.pool(segments);
            final NetworkContext limits = NetworkContext.from(id, GeminidProperties.defaults());
            final Handshake self =
                    new Handshake(
                            WireVersion.FIRST,
                            WireVersion.CURRENT,
                            SEGMENT,
                            limits.channelsMax(),
                            0,
                            id);
            environment =
                    new StandardShuffleEnvironment(
                            new ShuffleEnvironmentContext(
                                    id,
                                    GeminidProperties.of(
                                            Map.of(
                                                    "geminid.shuffle.exclusive-per-channel",
                                                    exclusive,
                                                    "geminid.shuffle.floating-per-gate",
                                                    "1"),
                                            ShuffleOptions.KEYS),
                                    pool,
                                    () -> 0,
                                    (delayNs, task) -> retries.add(task),
                                    JobToken.NONE),
                            fabric.transport(self),
                            limits);
            address = environment.start();
        }

        ShuffleDescriptor descriptor(final PartitionDescriptor partition) {
            return new ShuffleDescriptor("memory", partition, id, address);
        }
    }

    @BeforeEach
    void startWorkers() throws IOException {
        fabric = new MemoryFabric(seed.fork());
        producer = new Worker(1, 64, "0");
        consumer = new Worker(2, 8, "0");
    }

    @AfterEach
    void closeWorkers() {
        producer.environment.close();
        consumer.environment.close();
        fabric.close();
    }

    private static PartitionDescriptor partition(final int producerIndex, final int count) {
        return new PartitionDescriptor(
                new ResultPartitionId(1, 0, producerIndex, 0),
                ResultPartitionType.PIPELINED,
                count);
    }

    private static byte[] write(
            final ResultPartition partition, final Random random, final int bytes)
            throws InterruptedException {
        final byte[] record = new byte[bytes];
        random.nextBytes(record);
        partition.beginRecord(0).putBytes(record, 0, bytes);
        partition.endRecord();
        return record;
    }

    private List<byte[]> readToTheEnd(final InputGate gate) throws IOException {
        final List<byte[]> read = new ArrayList<>();
        try (RawRecordReader reader = new RawRecordReader(gate, 1 << 20)) {
            while (true) {
                switch (reader.next()) {
                    case RECORD -> {
                        final byte[] record = new byte[reader.record().remaining()];
                        reader.record().getBytes(record, 0, record.length);
                        read.add(record);
                    }
                    case EVENT -> {
                        if (reader.event() instanceof UserEvent) {
                            gate.resumeConsumption(reader.channel());
                        }
                    }
                    case NOTHING -> {
                        if (gate.awaitAvailable(() -> {})) {
                            assertThat(fabric.step() || !retries.isEmpty())
                                    .as("standstill")
                                    .isTrue();
                            if (!retries.isEmpty()) {
                                retries.remove().run();
                            }
                        }
                    }
                    default -> {
                        return read;
                    }
                }
            }
        }
    }

    // INV K5, U12: a record larger than all segments of the gate, of which there is one.
    @Test
    void recordsCrossTheNetworkWithOneSegment() throws Exception {
        final PartitionDescriptor descriptor = partition(0, 1);
        final InputGate gate =
                consumer.environment.createInputGate(
                        "sink",
                        List.of(new SubpartitionSource(producer.descriptor(descriptor), 0)));
        gate.requestPartitions();
        fabric.settle();
        final ResultPartition partition =
                producer.environment.createResultPartition("source", descriptor);
        final List<byte[]> written = new ArrayList<>();
        for (final int bytes : new int[] {0, 1, SEGMENT - 4, 9 * SEGMENT, 100}) {
            written.add(write(partition, seed.random(), bytes));
            partition.emitEvent(0, new UserEvent(1, bytes, true));
        }
        partition.notifyEndOfData();
        partition.finish();

        assertThat(readToTheEnd(gate)).containsExactlyElementsOf(written);
        fabric.settle();
        assertThat(producer.environment.getPartitionsOccupyingLocalResources()).isEmpty();
        assertThat(producer.environment.statistics().framesSent()).isGreaterThan(12);
        partition.close();
        gate.close();
    }

    @Test
    void aGateReadsItsOwnProcessWithoutNetworkAndMemory() throws Exception {
        final PartitionDescriptor descriptor = partition(0, 1);
        final ResultPartition partition =
                producer.environment.createResultPartition("source", descriptor);
        final InputGate gate =
                producer.environment.createInputGate(
                        "sink",
                        List.of(new SubpartitionSource(producer.descriptor(descriptor), 0)));
        gate.requestPartitions();
        final byte[] written = write(partition, seed.random(), 3 * SEGMENT);
        partition.finish();

        assertThat(readToTheEnd(gate)).containsExactly(written);
        assertThat(producer.environment.statistics().framesSent()).isZero();
        gate.close();
        partition.close();
    }

    @Test
    void creditsAreCounted() throws Exception {
        consumer.environment.close();
        consumer = new Worker(3, 16, "2");
        final PartitionDescriptor descriptor = partition(0, 1);
        final InputGate gate =
                consumer.environment.createInputGate(
                        "sink",
                        List.of(new SubpartitionSource(producer.descriptor(descriptor), 0)));
        gate.requestPartitions();

        assertThat(consumer.environment.statistics().creditsAvailable()).isEqualTo(2);
        gate.close();
        assertThat(consumer.environment.statistics().creditsAvailable()).isZero();
    }

    @Test
    void releasedPartitionsAreGoneAndUnknownOnesIgnored() throws Exception {
        final PartitionDescriptor descriptor = partition(0, 1);
        final ResultPartition partition =
                producer.environment.createResultPartition("source", descriptor);
        write(partition, seed.random(), 2 * SEGMENT);
        assertThat(producer.environment.getPartitionsOccupyingLocalResources())
                .containsExactly(descriptor.id());
        final List<ResultPartitionId> released =
                List.of(descriptor.id(), new ResultPartitionId(9, 9, 9, 9));
        producer.environment.releasePartitionsLocally(released);
        producer.environment.releasePartitionsLocally(released);

        assertThat(producer.environment.getPartitionsOccupyingLocalResources()).isEmpty();
        assertThat(producer.pool.heldByOwner()).isEmpty();
        partition.close();
    }

    @Test
    void tooLittleMemoryForAShareIsRefusedAndNothingTaken() {
        assertThatThrownBy(
                        () ->
                                producer.environment.createResultPartition(
                                        "source", partition(0, 64)))
                .isInstanceOf(TooFewSegmentsException.class)
                .hasMessageContaining("localPool=source output")
                .hasMessageContaining("geminid.memory.max-bytes");
        assertThat(producer.environment.getPartitionsOccupyingLocalResources()).isEmpty();
        assertThat(producer.pool.floatingFree()).isEqualTo(64);
    }

    @Test
    void aSecondPartitionOfTheSameNameIsRefused() {
        final ResultPartition first =
                producer.environment.createResultPartition("source", partition(0, 1));
        assertThatThrownBy(
                        () -> producer.environment.createResultPartition("source", partition(0, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("1/0/0#0 exists already");

        assertThat(producer.environment.getPartitionsOccupyingLocalResources()).hasSize(1);
        first.close();
    }

    // INV K11
    @Test
    void closingGivesEverythingBackAtAnyMoment() throws Exception {
        for (int round = 0; round < 60; round++) {
            final PartitionDescriptor descriptor = partition(round, 1);
            final ResultPartition partition =
                    producer.environment.createResultPartition("source", descriptor);
            final InputGate gate =
                    consumer.environment.createInputGate(
                            "sink",
                            List.of(new SubpartitionSource(producer.descriptor(descriptor), 0)));
            gate.requestPartitions();
            write(partition, seed.random(), 5 * SEGMENT);
            partition.flush();
            try (RawRecordReader reader = new RawRecordReader(gate, 1 << 20)) {
                for (int i = seed.random().nextInt(200); i > 0; i--) {
                    fabric.step();
                    assertThat(reader.next()).isIn(ReadStatus.NOTHING, ReadStatus.RECORD);
                }
                if (seed.random().nextBoolean()) {
                    gate.close();
                }
            }
            if (round % 20 == 19) {
                consumer.environment.close();
                consumer = new Worker(3 + round, 8, "0");
            }
            partition.close();
            gate.close();
            fabric.settle();
            assertThat(producer.pool.heldByOwner()).isEmpty();
            assertThat(consumer.pool.heldByOwner()).isEmpty();
        }
    }

    @Test
    void nothingIsMadeAfterClose() {
        producer.environment.close();
        assertThatThrownBy(
                        () -> producer.environment.createResultPartition("source", partition(0, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("environment is closed");
        assertThatThrownBy(() -> producer.environment.createInputGate("sink", List.of()))
                .isInstanceOf(IllegalStateException.class);
        producer.environment.close();
    }
}
