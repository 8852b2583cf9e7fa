package io.geminid.shuffle.sortmerge;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.SegmentPool;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.partition.ResultPartition;
import io.geminid.shuffle.partition.SubpartitionListener;
import io.geminid.shuffle.partition.SubpartitionView;
import io.geminid.shuffle.sortmerge.format.BlockCodec;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.format.PartitionIndex;
import io.geminid.shuffle.sortmerge.read.StoredPartitions;
import io.geminid.shuffle.sortmerge.write.SortMergeResultPartition;
import io.geminid.shuffle.sortmerge.write.WriteOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Partitions on a disk of the test's own, written and read by real threads. */
final class StoreFixture implements AutoCloseable {

    static final ResultPartitionId ID = new ResultPartitionId(0x4d2, 7, 0, 1);

    /** Far more than a test on a busy machine needs. */
    private static final long LIMIT_SECONDS = 60;

    final Path root;
    final SegmentPool pool;
    final ExecutorService disk = Executors.newFixedThreadPool(2);
    final StoredPartitions stored;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);

    StoreFixture(final Path root, final SegmentPool pool, final int readSegments) {
        this.root = root;
        this.pool = pool;
        this.stored =
                new StoredPartitions(
                        pool.createLocalPool(
                                new LocalPoolContext("read", readSegments, readSegments, 0)),
                        pool.context().segmentBytes(),
                        disk,
                        (delayNs, task) -> timer.schedule(task, delayNs, TimeUnit.NANOSECONDS));
    }

    PartitionFiles files(final ResultPartitionId id) {
        return PartitionFiles.under(root, id);
    }

    SortMergeResultPartition partition(
            final ResultPartitionId id,
            final int subpartitions,
            final int segments,
            final WriteOptions options) {
        return new SortMergeResultPartition(
                files(id),
                new PartitionIndex(
                        id, subpartitions, pool.context().segmentBytes(), options.codec()),
                pool.createLocalPool(new LocalPoolContext("write", segments, segments, 0)),
                disk,
                new SortMergeResultPartition.Setup(
                        options,
                        new WriteOptions.Listener() {
                            @Override
                            public void published(final ResultPartitionId published) {
                                stored.add(files(published));
                            }

                            @Override
                            public void closed(final SortMergeResultPartition partition) {
                                // Nothing to do: the test closes it.
                            }
                        }));
    }

    SortMergeResultPartition partition(final int subpartitions, final int segments) {
        return partition(ID, subpartitions, segments, new WriteOptions(BlockCodec.NONE, false));
    }

    static void emit(final ResultPartition to, final int subpartition, final byte[] record)
            throws InterruptedException {
        final RecordOutput out = to.beginRecord(subpartition);
        out.putBytes(record, 0, record.length);
        to.endRecord();
    }

    /** A reader that knows when to look. */
    static final class Reader implements SubpartitionListener, AutoCloseable {

        private final Semaphore told = new Semaphore(0);
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private SubpartitionView view;
        final List<Object> elements = new ArrayList<>();
        boolean finished;

        Reader(
                final StoredPartitions from,
                final ResultPartitionId id,
                final SubpartitionRange range) {
            try {
                view = from.createView(id, range, this);
            } catch (final PartitionNotFoundException e) {
                throw new UncheckedIOException(e);
            }
        }

        SubpartitionView view() {
            return view;
        }

        @Override
        public void dataAvailable() {
            told.release();
        }

        @Override
        public void priorityAvailable() {
            throw new AssertionError("priority event");
        }

        /** Takes one element if there is one; false if not. */
        boolean step() throws IOException {
            final Buffer buffer = view.poll(true, true);
            if (buffer == null) {
                if (view.isReleased()) {
                    throw new IOException("released", view.failure());
                }
                return false;
            }
            if (buffer instanceof EventBuffer event) {
                finished = event.event() instanceof EndOfPartition;
                elements.add(event.event());
                view.resumeConsumption();
            } else {
                final byte[] copy = new byte[buffer.length()];
                buffer.memory().get(buffer.offset(), copy);
                bytes.write(copy);
                buffer.release();
                takeRecords();
            }
            return true;
        }

        private void takeRecords() {
            final byte[] all = bytes.toByteArray();
            int at = 0;
            while (all.length - at >= Integer.BYTES) {
                final int length =
                        all[at] & 0xFF
                                | (all[at + 1] & 0xFF) << 8
                                | (all[at + 2] & 0xFF) << 16
                                | (all[at + 3] & 0xFF) << 24;
                if (all.length - at - Integer.BYTES < length) {
                    break;
                }
                final byte[] record = new byte[length];
                System.arraycopy(all, at + Integer.BYTES, record, 0, length);
                elements.add(new Bytes(record));
                at += Integer.BYTES + length;
            }
            bytes.reset();
            bytes.write(all, at, all.length - at);
        }

        void await() throws InterruptedException {
            assertThat(told.tryAcquire(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("told of an element: %s", view)
                    .isTrue();
        }

        List<Object> readAll() throws IOException, InterruptedException {
            while (!finished) {
                if (!step()) {
                    await();
                }
            }
            assertThat(bytes.size()).as("bytes of a record without end").isZero();
            view.release();
            return elements;
        }

        @Override
        public void close() {
            view.release();
        }
    }

    Reader reader(final int subpartition) {
        return new Reader(stored, ID, SubpartitionRange.of(subpartition));
    }

    List<Object> read(final ResultPartitionId id, final int subpartition)
            throws IOException, InterruptedException {
        return new Reader(stored, id, SubpartitionRange.of(subpartition)).readAll();
    }

    /** Bytes that can be compared. */
    record Bytes(byte[] bytes) {

        @Override
        public boolean equals(final Object other) {
            return other instanceof Bytes that && java.util.Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return java.util.Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "record of " + bytes.length + " hash " + hashCode();
        }
    }

    List<Path> filesLeft() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Override
    public void close() {
        stored.close();
        disk.shutdown();
        timer.shutdownNow();
        try {
            assertThat(disk.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
