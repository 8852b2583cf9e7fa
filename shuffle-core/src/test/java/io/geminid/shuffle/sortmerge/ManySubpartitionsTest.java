package io.geminid.shuffle.sortmerge;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.partition.ResultPartition;
import io.geminid.shuffle.partition.SubpartitionListener;
import io.geminid.shuffle.partition.SubpartitionView;
import io.geminid.shuffle.sortmerge.format.BlockCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thousand producers and a thousand consumers of all of them, in 64 MB of segments. */
class ManySubpartitionsTest {

    private static final int WIDTH = 1_000;
    private static final int TASKS = 2;
    private static final int RECORDS_PER_CHANNEL = 5;
    private static final int RECORD_BYTES = 100;
    private static final long MEMORY_BYTES = 64L << 20;

    @TempDir Path root;

    private final ExecutorService tasks = Executors.newFixedThreadPool(TASKS);
    private final ExecutorService disk = Executors.newFixedThreadPool(4);
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    private static ResultPartitionId id(final int producer) {
        return new ResultPartitionId(1, 0, producer, 0);
    }

    @Tag("long")
    @Timeout(900)
    @Test
    void aThousandByAThousandInTheirMemory() throws Exception {
        final SegmentPoolContext context =
                SegmentPoolContext.from(
                        GeminidProperties.of(
                                Map.of(
                                        SegmentPoolContext.SLAB_BYTES.name(), "1mb",
                                        SegmentPoolContext.MAX_BYTES.name(), "64mb"),
                                SegmentPoolContext.KEYS));
        try (SegmentPool pool = new SegmentPool(context)) {
            final SortMergeOptions options =
                    new SortMergeOptions(root, MEMORY_BYTES, BlockCodec.NONE, false, 512);
            try (SortMergeStore store =
                    new SortMergeStore(
                            options,
                            pool,
                            disk,
                            (delayNs, task) ->
                                    timer.schedule(task, delayNs, TimeUnit.NANOSECONDS))) {
                final long start = System.nanoTime();
                run(() -> produce(store, next.getAndIncrement()));
                final long written = System.nanoTime();
                run(() -> consume(store, next.getAndIncrement()));
                final long end = System.nanoTime();
                System.out.printf(
                        "channels=%d bytes=%d writeMillis=%d readMillis=%d fileReads=%d"
                                + " bytesReadFromFiles=%d segmentBytes=%d%n",
                        WIDTH * WIDTH,
                        bytes.get(),
                        (written - start) / 1_000_000,
                        (end - written) / 1_000_000,
                        store.stored().reads(),
                        store.stored().bytesRead(),
                        (long) pool.capacity() * context.segmentBytes());
                assertThat(records.get()).isEqualTo((long) WIDTH * WIDTH * RECORDS_PER_CHANNEL);
                // One for each run of a subpartition, of which there are as many as channels.
                assertThat(store.stored().reads()).isBetween((long) WIDTH, 2L * WIDTH * WIDTH);
                assertThat(pool.capacity() * (long) context.segmentBytes())
                        .isLessThanOrEqualTo(MEMORY_BYTES);
            }
        } finally {
            tasks.shutdownNow();
            disk.shutdown();
            timer.shutdownNow();
            assertThat(disk.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Work that says whether there is more of it. */
    private interface Step {
        boolean more() throws Exception;
    }

    private void run(final Step step) throws Exception {
        next.set(0);
        final List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            all.add(
                    tasks.submit(
                            () -> {
                                while (step.more()) {
                                    assert !Thread.interrupted();
                                }
                                return null;
                            }));
        }
        for (final Future<?> each : all) {
            each.get();
        }
    }

    private static boolean produce(final SortMergeStore store, final int producer)
            throws InterruptedException {
        if (producer >= WIDTH) {
            return false;
        }
        final byte[] filling = new byte[RECORD_BYTES - Integer.BYTES];
        try (ResultPartition partition =
                store.createPartition(
                        "producer " + producer,
                        new PartitionDescriptor(
                                id(producer), ResultPartitionType.BLOCKING, WIDTH))) {
            for (int round = 0; round < RECORDS_PER_CHANNEL; round++) {
                for (int to = 0; to < WIDTH; to++) {
                    final RecordOutput out = partition.beginRecord(to);
                    out.putInt(to);
                    out.putBytes(filling, 0, filling.length);
                    partition.endRecord();
                }
            }
            partition.finish();
        }
        return true;
    }

    /** One channel of a consumer. */
    private static final class Channel implements SubpartitionListener {

        private final BlockingQueue<Channel> ready;
        private SubpartitionView view;

        Channel(final BlockingQueue<Channel> ready) {
            this.ready = ready;
        }

        @Override
        public void dataAvailable() {
            ready.add(this);
        }

        @Override
        public void priorityAvailable() {
            throw new AssertionError("priority event");
        }
    }

    private boolean consume(final SortMergeStore store, final int subpartition)
            throws IOException, InterruptedException, PartitionNotFoundException {
        if (subpartition >= WIDTH) {
            return false;
        }
        final BlockingQueue<Channel> ready = new LinkedBlockingQueue<>();
        final Map<Channel, Integer> open = new HashMap<>();
        for (int producer = 0; producer < WIDTH; producer++) {
            final Channel channel = new Channel(ready);
            channel.view = store.stored().createView(id(producer), subpartition, channel);
            open.put(channel, producer);
            ready.add(channel); // asks for the first block
        }
        while (!open.isEmpty()) {
            final Channel channel = ready.poll(120, TimeUnit.SECONDS);
            assertThat(channel)
                    .as("subpartition=%d open=%d", subpartition, open.size())
                    .isNotNull();
            if (open.containsKey(channel) && poll(channel, subpartition)) {
                open.remove(channel);
                channel.view.release();
            }
        }
        return true;
    }

    /** Takes what is there; true at the channel's end. */
    private boolean poll(final Channel channel, final int subpartition) throws IOException {
        for (Buffer buffer = channel.view.poll(true, true);
                buffer != null;
                buffer = channel.view.poll(true, true)) {
            if (buffer instanceof EventBuffer event) {
                if (event.event() instanceof EndOfPartition) {
                    return true;
                }
            } else {
                count(buffer, subpartition);
                buffer.release();
            }
        }
        if (channel.view.isReleased()) {
            throw new IOException("released", channel.view.failure());
        }
        return false;
    }

    /** Records of a channel are in one region here, so blocks have whole records. */
    private void count(final Buffer buffer, final int subpartition) {
        final int record = Integer.BYTES + RECORD_BYTES;
        assertThat(buffer.length() % record).isZero();
        for (int at = buffer.offset(); at < buffer.offset() + buffer.length(); at += record) {
            assertThat(buffer.memory().getInt(at)).isEqualTo(RECORD_BYTES);
            assertThat(buffer.memory().getInt(at + Integer.BYTES)).isEqualTo(subpartition);
        }
        records.addAndGet(buffer.length() / record);
        bytes.addAndGet(buffer.length());
    }
}
