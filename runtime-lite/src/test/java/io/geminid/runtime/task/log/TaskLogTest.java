package io.geminid.runtime.task.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.runtime.task.storage.ChannelLogSettings;
import io.geminid.runtime.task.storage.JobSnapshots;
import io.geminid.runtime.task.storage.WorkerSnapshots;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.event.UserEvent;
import io.geminid.shuffle.partition.PipelinedResultPartition;
import io.geminid.shuffle.partition.SubpartitionListener;
import io.geminid.shuffle.partition.SubpartitionView;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.blob.AuditedBlobStore;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A log against what was read from the partition, with turns and failures at any moment. */
class TaskLogTest {

    private static final long JOB = 7;
    private static final int SUBPARTITIONS = 3;
    private static final int SEGMENTS = 64;
    private static final int STEPS = 600;

    @RegisterExtension final PoolExtension pools = new PoolExtension();

    @RegisterExtension final Seed seed = new Seed();

    private final Deque<Runnable> turns = new ArrayDeque<>();
    private final Deque<Runnable> io = new ArrayDeque<>();
    private final List<ByteArrayOutputStream> read = new ArrayList<>();
    private final List<SubpartitionView> views = new ArrayList<>();
    private final List<ChannelId> ids = new ArrayList<>();
    private final AtomicInteger woken = new AtomicInteger();
    private AuditedBlobStore blobs;
    private JobSnapshots snapshots;
    private PipelinedResultPartition partition;
    private TaskLog log;
    private long checkpoint;

    @BeforeEach
    void begin() throws IOException {
        blobs = new AuditedBlobStore(new MemoryBlobStore(() -> Instant.EPOCH), seed.fork());
        begin(1 << 30);
    }

    private void begin(final long bytesMax) throws IOException {
        final AtomicInteger files = new AtomicInteger();
        final WorkerSnapshots worker =
                new WorkerSnapshots(
                        blobs,
                        null,
                        () -> new UUID(1, files.incrementAndGet()),
                        io::add,
                        new ChannelLogSettings(bytesMax, turns::add, false));
        worker.open(JOB, 0);
        snapshots = worker.job(JOB);
        log = new TaskLog(snapshots, 0, woken::incrementAndGet);
        partition =
                new PipelinedResultPartition(
                        new ResultPartitionId(JOB, 0, 0, 0),
                        SUBPARTITIONS,
                        2,
                        pools.pool(2 * SEGMENTS)
                                .createLocalPool(
                                        new LocalPoolContext("output", 4, SEGMENTS, SEGMENTS)),
                        closed -> {});
        ids.clear();
        read.clear();
        views.clear();
        for (int i = 0; i < SUBPARTITIONS; i++) {
            ids.add(new ChannelId(5, 1, i));
            read.add(new ByteArrayOutputStream());
            views.add(
                    partition.createView(
                            i,
                            new SubpartitionListener() {
                                @Override
                                public void dataAvailable() {}

                                @Override
                                public void priorityAvailable() {}
                            }));
        }
        log.add(partition, ids);
    }

    private void write() throws InterruptedException {
        final int bytes = seed.random().nextInt(seed.random().nextInt(9) == 0 ? 9_000 : 200);
        final RecordOutput out = partition.beginRecord(seed.random().nextInt(SUBPARTITIONS));
        for (int i = 0; i < bytes; i++) {
            out.putByte(seed.random().nextInt());
        }
        partition.endRecord();
        drainViews();
    }

    /** Everything, so that the reader has all that was before a barrier. */
    private void drainViews() {
        for (int i = 0; i < SUBPARTITIONS; i++) {
            Buffer next = views.get(i).poll(true, true);
            for (; next != null; next = views.get(i).poll(true, true)) {
                for (int at = 0; next.kind() == Buffer.Kind.DATA && at < next.length(); at++) {
                    read.get(i).write(next.memory().get(next.offset() + at));
                }
                next.release();
            }
        }
    }

    private CompletableFuture<StatePart> mark() {
        partition.broadcastEvent(new UserEvent(1, 2, false), true);
        drainViews();
        return log.mark(++checkpoint);
    }

    private static void run(final Deque<Runnable> queue) {
        if (!queue.isEmpty()) {
            queue.removeFirst().run();
        }
    }

    private void runAll() {
        while (!turns.isEmpty() || !io.isEmpty()) {
            run(turns);
            run(io);
        }
    }

    private byte[] bytesOf(final List<StateHandle> slices) throws IOException {
        final CheckpointStorage storage = snapshots.storage();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (final StateHandle slice : slices) {
            final ByteBuffer piece = ByteBuffer.allocate((int) slice.length());
            try (StateInput in = storage.open(slice)) {
                in.read(0, piece);
            }
            bytes.writeBytes(piece.array());
        }
        return bytes.toByteArray();
    }

    /** Positions of all channels at a barrier, what they had sent by then, and the task's part. */
    private record Marked(List<byte[]> sent, CompletableFuture<StatePart> part) {}

    private Marked marked() {
        final CompletableFuture<StatePart> part = mark();
        return new Marked(read.stream().map(ByteArrayOutputStream::toByteArray).toList(), part);
    }

    /** True if the part has all from some position on; what it has must be what was sent. */
    private boolean check(final Marked marked) throws IOException {
        final List<LoggedOutput.Channel> channels =
                LoggedOutput.read(marked.part.join()).channels();
        assertThat(channels).extracting(LoggedOutput.Channel::id).isEqualTo(ids);
        boolean whole = true;
        for (int i = 0; i < SUBPARTITIONS; i++) {
            final LoggedOutput.Channel channel = channels.get(i);
            final byte[] sent = marked.sent.get(i);
            assertThat(channel.end()).isEqualTo(sent.length);
            final int from =
                    (int) channel.start()
                            + seed.random().nextInt((int) (channel.end() - channel.start()) + 1);
            assertThat(bytesOf(channel.from(from)))
                    .isEqualTo(Arrays.copyOfRange(sent, from, sent.length));
            whole &= channel.start() == 0;
        }
        return whole;
    }

    private void random(final double failures) throws Exception {
        final List<Marked> open = new ArrayList<>();
        blobs.failureRate(failures);
        int checked = 0;
        for (int step = 0; step < STEPS; step++) {
            switch (seed.random().nextInt(12)) {
                case 0 -> open.add(marked());
                case 1, 2, 3 -> run(turns);
                case 4, 5 -> run(io);
                default -> write();
            }
            for (final Marked marked : List.copyOf(open)) {
                if (marked.part.isDone()) {
                    open.remove(marked);
                    if (!marked.part.isCompletedExceptionally()) {
                        check(marked);
                        checked++;
                        log.truncate(positions(marked));
                    }
                }
            }
        }
        assertThat(checked).isPositive();
    }

    /** Where each consumer may be: anywhere up to the barrier. */
    private List<LogPosition> positions(final Marked marked) {
        final List<LogPosition> positions = new ArrayList<>();
        for (int i = 0; i < SUBPARTITIONS; i++) {
            final int sent = marked.sent.get(i).length;
            positions.add(new LogPosition(ids.get(i), seed.random().nextInt(sent + 1)));
        }
        return positions;
    }

    private void close() {
        assertThat(log.close()).isFalse();
        runAll();
        assertThat(log.close()).isTrue();
        assertThat(woken).hasPositiveValue();
        views.forEach(SubpartitionView::release);
        partition.close();
    }

    // INV O1, O2
    @Test
    void whatWasSentIsInTheLog() throws Exception {
        random(0);
        close();
    }

    @Test
    void aStorageThatFailsLosesTheLogAndNothingElse() throws Exception {
        random(0.2);
        blobs.failureRate(0);
        runAll();
        mark();
        runAll();
        final Marked anew = marked();
        runAll();
        assertThat(anew.part).isCompleted();
        check(anew);
        close();
    }

    // INV O2
    @Test
    void aPartIsThereWhenItsFilesAreDurable() throws Exception {
        write();
        final Marked marked = marked();
        while (!turns.isEmpty()) {
            run(turns);
        }
        assertThat(marked.part).isNotDone();
        assertThat(blobs.list("")).noneMatch(entry -> entry.name().endsWith(".state"));
        runAll();
        assertThat(marked.part).isCompleted();
        assertThat(blobs.list("")).anyMatch(entry -> entry.name().endsWith(".state"));
        close();
    }

    @Test
    void aFileThatCannotBeForcedIsNotLeft() throws Exception {
        blobs.failureRate(1);
        for (int i = 0; i < 5; i++) {
            write();
            final Marked marked = marked();
            runAll();
            assertThat(marked.part).isCompletedExceptionally();
        }
        assertThat(blobs.list("")).isEmpty();
        close();
    }

    @Test
    void whatNobodyNeedsIsForgotten() throws Exception {
        for (int i = 0; i < 200; i++) {
            write();
        }
        final Marked first = marked();
        runAll();
        assertThat(check(first)).isTrue();
        log.truncate(ends(first));
        for (int i = 0; i < 20; i++) {
            write();
        }
        final Marked second = marked();
        runAll();
        check(second);
        final List<LoggedOutput.Channel> channels =
                LoggedOutput.read(second.part.join()).channels();
        for (int i = 0; i < SUBPARTITIONS; i++) {
            assertThat(channels.get(i).start()).isEqualTo(first.sent.get(i).length);
        }
        assertThat(filesOf(second)).doesNotContainAnyElementsOf(filesOf(first));
        close();
    }

    private List<LogPosition> ends(final Marked marked) {
        final List<LogPosition> positions = new ArrayList<>();
        for (int i = 0; i < SUBPARTITIONS; i++) {
            positions.add(new LogPosition(ids.get(i), marked.sent.get(i).length));
        }
        return positions;
    }

    private static List<String> filesOf(final Marked marked) {
        return marked.part.join().handles().stream()
                .map(handle -> handle.file().name())
                .collect(Collectors.toList());
    }

    @Test
    void aLogThatIsTooLongBeginsAnew() throws Exception {
        close();
        begin(20_000);
        for (int i = 0; i < 200; i++) {
            write();
            runAll();
        }
        assertThat(blobs.list("")).as("files that nobody was told of").isEmpty();
        final Marked failed = marked();
        runAll();
        assertThat(failed.part).isCompletedExceptionally();
        write();
        final Marked anew = marked();
        runAll();
        assertThat(check(anew)).isFalse();
        close();
    }

    @Test
    void aTaskThatEndsLeavesOnlyWhatACheckpointMayName() throws Exception {
        for (int i = 0; i < 100; i++) {
            write();
        }
        final Marked marked = marked();
        runAll();
        for (int i = 0; i < 100; i++) {
            write();
        }
        run(turns);
        close();
        assertThat(blobs.list("")).extracting(BlobEntry::name).isEqualTo(filesOf(marked));
    }
}
