package io.geminid.shuffle.record;

import com.sun.management.ThreadMXBean;
import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.gate.GateContext;
import io.geminid.shuffle.gate.PipelinedInputGate;
import io.geminid.shuffle.partition.PartitionRegistry;
import io.geminid.shuffle.partition.PipelinedResultPartition;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * What a record costs from a writer through a local channel to a reader, without a network. Not a
 * test: run {@code main}. Prints nanoseconds of CPU and allocated bytes a record.
 */
public final class RecordPathMeasurement {

    private static final int ROUNDS = 12;
    private static final int RECORDS = 8_000_000;
    private static final UUID PROCESS = new UUID(1, 1);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private RecordPathMeasurement() {}

    /** CPU time and not the clock's: other processes may be busy. */
    private static long cpuNs() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private static long allocatedBytes() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** Two longs and some bytes, written and read without making an object. */
    private static final class Payload implements RecordSerializer<byte[]> {

        private static final int LONGS_BYTES = 2 * Long.BYTES;

        private final byte[] read;
        private long sum;

        Payload(final int bytes) {
            read = new byte[bytes - LONGS_BYTES];
        }

        @Override
        public void write(final byte[] value, final RecordOutput out) {
            out.putLong(value.length);
            out.putLong(sum);
            if (value.length > 0) {
                out.putBytes(value, 0, value.length);
            }
        }

        @Override
        public byte[] read(final RecordInput in) {
            sum += in.getLong() + in.getLong();
            if (read.length > 0) {
                in.getBytes(read, 0, read.length);
            }
            return read;
        }

        @Override
        public String id() {
            return "payload";
        }
    }

    /** A writer, a reader and what is between them. */
    private static final class Path implements AutoCloseable {

        private final SegmentPool pool = new SegmentPool(SegmentPoolContext.ofMaxBytes(64L << 20));
        private final PartitionRegistry registry = new PartitionRegistry();
        private final PipelinedResultPartition partition;
        private final PipelinedInputGate gate;
        private final RecordWriter<byte[]> writer;
        private final RecordReader<byte[]> reader;
        private final byte[] value;
        private int next;

        Path(final int bytes, final int channels) {
            final ResultPartitionId id = new ResultPartitionId(1, 0, 0, 0);
            partition =
                    new PipelinedResultPartition(
                            id,
                            channels,
                            10,
                            pool.createLocalPool(
                                    new LocalPoolContext(
                                            "out", channels + 1, 11 * channels + 1, 5)),
                            registry::remove);
            registry.add(partition);
            final ShuffleDescriptor descriptor =
                    new ShuffleDescriptor(
                            "local",
                            new PartitionDescriptor(id, ResultPartitionType.PIPELINED, channels),
                            PROCESS,
                            null);
            final List<SubpartitionSource> sources = new ArrayList<>();
            for (int i = 0; i < channels; i++) {
                sources.add(new SubpartitionSource(descriptor, i));
            }
            gate =
                    new PipelinedInputGate(
                            new GateContext("in", PROCESS, 2, 0, (delay, task) -> {}),
                            sources,
                            pool.createLocalPool(new LocalPoolContext("in", 0, 1, 0)),
                            registry,
                            null);
            gate.requestPartitions();
            value = new byte[bytes - Payload.LONGS_BYTES];
            writer = new RecordWriter<>(partition, new Payload(bytes), (record, count) -> 0);
            reader = new RecordReader<>(gate, new Payload(bytes), 1 << 20);
        }

        private void emit(final int records) throws InterruptedException {
            final int channels = partition.subpartitionCount();
            int to = next;
            for (int i = 0; i < records; i++) {
                writer.emit(value, to);
                to = to + 1 == channels ? 0 : to + 1;
            }
            next = to;
        }

        private int readAvailable() throws IOException {
            int read = 0;
            while (reader.next() == ReadStatus.RECORD) {
                read++;
            }
            return read;
        }

        /** Writes until output is unavailable, then reads all, and so on. */
        void alternate(final int records, final long[] nsWriteRead) throws Exception {
            int written = 0;
            int read = 0;
            while (read < records) {
                final long start = cpuNs();
                while (written < records && partition.isAvailable()) {
                    final int burst = Math.min(64, records - written);
                    emit(burst);
                    written += burst;
                }
                writer.flush();
                final long turn = cpuNs();
                read += readAvailable();
                nsWriteRead[0] += turn - start;
                nsWriteRead[1] += cpuNs() - turn;
            }
        }

        /** Writes one, reads one, finds nothing: what a record costs when there is no other. */
        long oneByOne(final int records) throws Exception {
            final long start = cpuNs();
            for (int i = 0; i < records; i++) {
                emit(1);
                writer.flush();
                readAvailable();
            }
            return cpuNs() - start;
        }

        long together(final int records) throws Exception {
            final CountDownLatch done = new CountDownLatch(1);
            final long[] readerNs = new long[1];
            final long start = cpuNs();
            final Thread consumer =
                    new Thread(
                            () -> {
                                readAll(records);
                                readerNs[0] = cpuNs();
                                done.countDown();
                            });
            consumer.start();
            final Thread producer = Thread.currentThread();
            for (int written = 0; written < records; written += 16) {
                while (!partition.isAvailable()) {
                    writer.flush();
                    if (partition.awaitAvailable(() -> LockSupport.unpark(producer))) {
                        LockSupport.park();
                    }
                }
                emit(16);
            }
            writer.flush();
            done.await();
            return cpuNs() - start + readerNs[0];
        }

        private void readAll(final int records) {
            final Thread self = Thread.currentThread();
            try {
                for (int read = 0; read < records; ) {
                    if (reader.next() == ReadStatus.RECORD) {
                        read++;
                    } else if (gate.awaitAvailable(() -> LockSupport.unpark(self))) {
                        LockSupport.park();
                    }
                }
            } catch (final IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            reader.close();
            gate.close();
            partition.close();
            pool.close();
        }
    }

    /**
     * Measures.
     *
     * @param args none
     * @throws Exception never
     */
    public static void main(final String[] args) throws Exception {
        for (final int channels : new int[] {1, 8}) {
            for (final int bytes : new int[] {16, 100}) {
                final int records = bytes == 16 ? RECORDS : RECORDS / 4;
                try (Path path = new Path(bytes, channels)) {
                    for (int round = 0; round < ROUNDS; round++) {
                        // A task lives long: its objects are old, and stores between them cost
                        // more.
                        System.gc();
                        final long[] ns = new long[2];
                        final long before = allocatedBytes();
                        path.alternate(records, ns);
                        final long after = allocatedBytes();
                        final long together = path.together(records);
                        final long oneByOne = path.oneByOne(records / 8);
                        System.out.printf(
                                Locale.ROOT,
                                "channels=%d recordBytes=%d round=%d writeNs=%.2f readNs=%.2f"
                                        + " allocatedBytes=%.3f twoThreadsCpuNs=%.2f oneByOneNs=%.0f%n",
                                channels,
                                bytes,
                                round,
                                ns[0] / (double) records,
                                ns[1] / (double) records,
                                (after - before) / (double) records,
                                together / (double) records,
                                oneByOne / (records / 8.0));
                    }
                }
            }
        }
    }
}
