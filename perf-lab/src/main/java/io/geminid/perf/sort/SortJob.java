package io.geminid.perf.sort;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
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
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Sorts files in one process: some producers, then as many consumers. */
final class SortJob implements AutoCloseable {

    /** Producers, and consumers. */
    private static final int TASKS = 2;

    private static final int WRITE_BYTES = 1 << 20;

    /** The longest line of a file that people still call text. */
    private static final int RECORD_BYTES_MAX = 64 << 20;

    private final List<Path> inputs;
    private final Path output;
    private final RecordFormat format;
    private final int ranges;
    private final SegmentPool pool;
    private final ShuffleEnvironment environment;
    private final InetSocketAddress address;
    private final UUID processId = UUID.randomUUID();
    private final ExecutorService tasks = Executors.newFixedThreadPool(TASKS);
    private final AtomicLong bytesDone = new AtomicLong();

    /**
     * Starts the shuffle.
     *
     * @param ranges parts of the output
     */
    SortJob(
            final List<Path> inputs,
            final Path output,
            final RecordFormat format,
            final int ranges,
            final GeminidProperties properties)
            throws IOException {
        this.inputs = inputs;
        this.output = output;
        this.format = format;
        this.ranges = ranges;
        this.pool = new SegmentPool(SegmentPoolContext.from(properties));
        this.environment =
                ShuffleServices.load(SortJob.class.getClassLoader())
                        .forJob(properties)
                        .createShuffleEnvironment(
                                new ShuffleEnvironmentContext(
                                        processId, properties, pool, System::nanoTime));
        this.address = environment.start();
    }

    /** Bytes of records that the running stage has dealt with. */
    long bytesDone() {
        return bytesDone.get();
    }

    /** First stage: each record goes to its range. */
    void partition(final RangeSplitters splitters) throws IOException, InterruptedException {
        bytesDone.set(0);
        runAll(task -> producer(splitters, task));
    }

    private Callable<Void> producer(final RangeSplitters splitters, final int task) {
        return () -> {
            try (ResultPartition partition =
                    environment.createResultPartition("producer " + task, descriptor(task))) {
                for (final Path file : inputs) {
                    final long size = Files.size(file);
                    try (RecordSource source =
                            new RecordSource(
                                    file, format, size * task / TASKS, size * (task + 1) / TASKS)) {
                        emitAll(source, splitters, partition);
                    }
                }
                partition.notifyEndOfData();
                partition.finish();
            }
            return null;
        };
    }

    private void emitAll(
            final RecordSource source,
            final RangeSplitters splitters,
            final ResultPartition partition)
            throws IOException, InterruptedException {
        long bytes = 0;
        while (source.next()) {
            final byte[] array = source.array();
            final int offset = source.offset();
            final int length = source.length();
            final RecordOutput out =
                    partition.beginRecord(
                            splitters.rangeOf(array, offset, format.keyBytes(length)));
            out.putBytes(array, offset, length);
            partition.endRecord();
            bytes += length;
            if (bytes > WRITE_BYTES) {
                bytesDone.addAndGet(bytes);
                bytes = 0;
            }
        }
        bytesDone.addAndGet(bytes);
    }

    private PartitionDescriptor descriptor(final int task) {
        return new PartitionDescriptor(
                new ResultPartitionId(1, 0, task, 0), ResultPartitionType.BLOCKING, ranges);
    }

    /** Second stage: each range becomes a part of the output. */
    void sortRanges() throws IOException, InterruptedException {
        bytesDone.set(0);
        Files.createDirectories(output);
        final AtomicInteger next = new AtomicInteger();
        runAll(task -> consumer(next, task));
    }

    private Callable<Void> consumer(final AtomicInteger next, final int task) {
        return () -> {
            final int segmentsMax = pool.capacity() / (TASKS + 1);
            final LocalPoolContext share =
                    new LocalPoolContext("consumer " + task, 1, segmentsMax, 0);
            try (RecordSorter sorter =
                    new RecordSorter(
                            pool.createLocalPool(share), format, pool.context().segmentBytes())) {
                for (int range = next.getAndIncrement();
                        range < ranges;
                        range = next.getAndIncrement()) {
                    sorter.clear();
                    readRange(range, sorter);
                    sorter.sort();
                    writeRange(range, sorter);
                }
            }
            return null;
        };
    }

    private void readRange(final int range, final RecordSorter sorter)
            throws IOException, InterruptedException {
        final List<SubpartitionSource> channels = new ArrayList<>();
        for (int task = 0; task < TASKS; task++) {
            channels.add(
                    new SubpartitionSource(
                            new ShuffleDescriptor("", descriptor(task), processId, address),
                            range));
        }
        final Semaphore available = new Semaphore(0);
        try (InputGate gate = environment.createInputGate("range " + range, channels);
                RawRecordReader reader = new RawRecordReader(gate, RECORD_BYTES_MAX)) {
            gate.requestPartitions();
            for (ReadStatus status = reader.next();
                    status != ReadStatus.FINISHED;
                    status = reader.next()) {
                if (status == ReadStatus.RECORD) {
                    sorter.add(reader.record());
                } else if (status == ReadStatus.NOTHING
                        && gate.awaitAvailable(available::release)) {
                    available.acquire();
                }
            }
        }
    }

    private void writeRange(final int range, final RecordSorter sorter) throws IOException {
        final Path part = output.resolve(String.format("part-%05d", range));
        final ByteBuffer buffer = ByteBuffer.allocateDirect(WRITE_BYTES);
        try (FileChannel file =
                FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int i = 0; i < sorter.count(); i++) {
                int done = sorter.copy(i, 0, buffer);
                while (done < sorter.length(i) || !buffer.hasRemaining()) {
                    drain(buffer, file);
                    done = sorter.copy(i, done, buffer);
                }
                if (format.lines()) {
                    buffer.put((byte) '\n');
                }
            }
            drain(buffer, file);
        }
    }

    private void drain(final ByteBuffer buffer, final FileChannel file) throws IOException {
        bytesDone.addAndGet(buffer.flip().remaining());
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        buffer.clear();
    }

    /** Makes the work of one task. */
    private interface Work {
        Callable<Void> of(int task);
    }

    private void runAll(final Work work) throws IOException, InterruptedException {
        final List<Future<Void>> running = new ArrayList<>();
        for (int task = 0; task < TASKS; task++) {
            running.add(tasks.submit(work.of(task)));
        }
        IOException failure = null;
        for (final Future<Void> each : running) {
            try {
                each.get();
            } catch (final ExecutionException e) {
                final Throwable cause = e.getCause();
                if (failure == null) {
                    failure = new IOException(cause.getMessage(), cause);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() {
        tasks.shutdownNow();
        environment.close();
        pool.close();
    }
}
