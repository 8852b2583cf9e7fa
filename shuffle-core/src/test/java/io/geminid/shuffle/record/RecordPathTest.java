package io.geminid.shuffle.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.SegmentPool;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.serial.Serializers;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.gate.GateContext;
import io.geminid.shuffle.gate.PipelinedInputGate;
import io.geminid.shuffle.partition.PartitionRegistry;
import io.geminid.shuffle.partition.PipelinedResultPartition;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.RealThreads;
import io.geminid.testing.Seed;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From a writer through a channel of the same process to a reader. */
class RecordPathTest {

    private static final int SEGMENT = PoolExtension.SEGMENT_BYTES;
    private static final int SEGMENTS = 64;
    private static final UUID PROCESS = new UUID(1, 1);

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    /** A partition and a gate that reads it. */
    private final class Path implements AutoCloseable {

        private final PipelinedResultPartition partition;
        private final PipelinedInputGate gate;

        Path(final int subpartitions, final int segments) {
            final SegmentPool pool = pools.pool(segments);
            final PartitionRegistry registry = new PartitionRegistry();
            final ResultPartitionId id = new ResultPartitionId(1, 0, 0, 0);
            partition =
                    new PipelinedResultPartition(
                            id,
                            subpartitions,
                            SEGMENTS,
                            pool.createLocalPool(LocalPoolContext.fixed("output", segments)),
                            registry::remove);
            registry.add(partition);
            final ShuffleDescriptor descriptor =
                    new ShuffleDescriptor(
                            "local",
                            new PartitionDescriptor(
                                    id, ResultPartitionType.PIPELINED, subpartitions),
                            PROCESS,
                            null);
            final List<SubpartitionSource> sources = new ArrayList<>();
            for (int i = 0; i < subpartitions; i++) {
                sources.add(new SubpartitionSource(descriptor, i));
            }
            gate =
                    new PipelinedInputGate(
                            new GateContext("input", PROCESS, 2, 0, (delayNs, task) -> {}),
                            sources,
                            pool.createLocalPool(new LocalPoolContext("input", 0, 1, 0)),
                            registry,
                            null);
            gate.requestPartitions();
        }

        @Override
        public void close() {
            gate.close();
            partition.close();
        }
    }

    // INV U12: sizes about a segment, at every place about the end of one.
    @Test
    void recordsOfEverySizeComeBackFromEveryPlace() throws Exception {
        final List<Integer> sizes = new ArrayList<>(List.of(0, 1, 3 * SEGMENT, 20 * SEGMENT));
        for (int size = SEGMENT - 9; size <= SEGMENT + 5; size++) {
            sizes.add(size);
        }
        for (final int size : sizes) {
            for (int room = 0; room <= 10; room++) {
                try (Path path = new Path(1, SEGMENTS)) {
                    final byte[] filler = new byte[SEGMENT - Integer.BYTES - room];
                    final byte[] record = new byte[size];
                    final byte[] last = new byte[7];
                    seed.random().nextBytes(filler);
                    seed.random().nextBytes(record);
                    seed.random().nextBytes(last);
                    write(path, filler);
                    write(path, record);
                    write(path, last);
                    path.partition.finish();
                    assertThat(readAll(path))
                            .as("size=%s room=%s", size, room)
                            .containsExactly(filler, record, last);
                }
            }
        }
    }

    private static void write(final Path path, final byte[] record) throws InterruptedException {
        path.partition.beginRecord(0).putBytes(record, 0, record.length);
        path.partition.endRecord();
    }

    private static List<byte[]> readAll(final Path path) throws Exception {
        final List<byte[]> read = new ArrayList<>();
        try (RawRecordReader reader = new RawRecordReader(path.gate, 1 << 20)) {
            while (true) {
                final ReadStatus status = reader.next();
                if (status == ReadStatus.FINISHED) {
                    return read;
                }
                if (status == ReadStatus.RECORD) {
                    final byte[] record = new byte[reader.record().remaining()];
                    reader.record().getBytes(record, 0, record.length);
                    read.add(record);
                }
            }
        }
    }

    /** A serializer may write in small steps and spill in the middle of any of them. */
    @Test
    void valuesOfRandomSizesSurviveRealThreadsAndLittleMemory() {
        final int records = 4_000;
        final int subpartitions = 3;
        try (Path path = new Path(subpartitions, subpartitions + 1)) {
            final long contentSeed = seed.random().nextLong();
            RealThreads.run(
                    2,
                    Duration.ofSeconds(120),
                    thread -> {
                        if (thread == 0) {
                            emitAll(path, contentSeed, records);
                        } else {
                            readAll(path, contentSeed, records * subpartitions);
                        }
                    });
        }
    }

    private static String text(final Random random) {
        final int length =
                random.nextInt(30) == 0 ? random.nextInt(6 * SEGMENT) : random.nextInt(60);
        return "é".repeat(length / 3) + "x".repeat(length - length / 3);
    }

    private static void emitAll(final Path path, final long contentSeed, final int records)
            throws InterruptedException {
        final RecordWriter<String> writer =
                new RecordWriter<>(
                        path.partition,
                        Serializers.STRING,
                        (value, count) -> Math.floorMod(value.hashCode(), count));
        final Random random = new Random(contentSeed);
        for (int i = 0; i < records; i++) {
            writer.broadcast(text(random));
        }
        path.partition.finish();
    }

    private static void readAll(final Path path, final long contentSeed, final int expected)
            throws Exception {
        final Random[] random = new Random[path.gate.channelCount()];
        for (int i = 0; i < random.length; i++) {
            random[i] = new Random(contentSeed);
        }
        final Thread self = Thread.currentThread();
        int read = 0;
        try (RecordReader<String> reader =
                new RecordReader<>(path.gate, Serializers.STRING, 1 << 20)) {
            while (true) {
                final ReadStatus status = reader.next();
                if (status == ReadStatus.FINISHED) {
                    break;
                } else if (status == ReadStatus.RECORD) {
                    assertThat(reader.value()).isEqualTo(text(random[reader.channel()]));
                    read++;
                } else if (status == ReadStatus.NOTHING
                        && path.gate.awaitAvailable(() -> LockSupport.unpark(self))) {
                    LockSupport.park();
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
        assertThat(read).isEqualTo(expected);
    }

    @Test
    void theSelectorChoosesTheSubpartition() throws Exception {
        try (Path path = new Path(3, SEGMENTS);
                RecordReader<Long> reader = new RecordReader<>(path.gate, Serializers.LONG, 100)) {
            final RecordWriter<Long> writer =
                    new RecordWriter<>(
                            path.partition,
                            Serializers.LONG,
                            (value, count) -> (int) (value % count));
            for (long i = 0; i < 30; i++) {
                writer.emit(i);
            }
            writer.flush();
            for (int i = 0; i < 30; i++) {
                assertThat(reader.next()).isEqualTo(ReadStatus.RECORD);
                assertThat((int) (reader.value() % 3)).isEqualTo(reader.channel());
            }
            assertThat(reader.next()).isEqualTo(ReadStatus.NOTHING);
        }
    }

    /** Two longs that are never an object. */
    private static final class Pair implements RecordSerializer<long[]> {

        private final long[] value = new long[2];

        @Override
        public void write(final long[] pair, final RecordOutput out) {
            out.putLong(pair[0]);
            out.putLong(pair[1]);
        }

        @Override
        public long[] read(final RecordInput in) {
            value[0] = in.getLong();
            value[1] = in.getLong();
            return value;
        }

        @Override
        public String id() {
            return "pair";
        }
    }

    /** What is allocated belongs to segments, of which there is one for about 200 records here. */
    @Test
    void nothingIsAllocatedForARecord() throws Exception {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().getId();
        try (Path path = new Path(1, SEGMENTS);
                RecordReader<long[]> reader = new RecordReader<>(path.gate, new Pair(), 100)) {
            final RecordWriter<long[]> writer =
                    new RecordWriter<>(path.partition, new Pair(), (value, count) -> 0);
            final long[] pair = {1, 2};
            final int records = 100_000;
            long allocated = 0;
            for (int round = 0; round < 3; round++) {
                final long before = threads.getThreadAllocatedBytes(thread);
                for (int i = 0; i < records; i += 1_000) {
                    for (int k = 0; k < 1_000; k++) {
                        writer.emit(pair);
                    }
                    for (int k = 0; k < 1_000; k++) {
                        reader.next();
                    }
                }
                allocated = threads.getThreadAllocatedBytes(thread) - before;
            }
            assertThat(allocated / (double) records).isLessThan(4);
        }
    }
}
