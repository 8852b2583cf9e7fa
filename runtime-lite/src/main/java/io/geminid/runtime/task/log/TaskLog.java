package io.geminid.runtime.task.log;

import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.runtime.task.storage.JobSnapshots;
import io.geminid.shuffle.buffer.LoggedSegments;
import io.geminid.shuffle.partition.ResultPartition;
import io.geminid.state.checkpoint.manifest.StatePart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of all that one task sends. The task hands over segments as they are finished and says
 * where barriers are; another thread appends, seals the file at each barrier, and forgets what
 * completed checkpoints have left behind.
 *
 * <p>What cannot be written is not waited for: the log forgets everything, and goes on behind the
 * next barrier. Until consumers have read that far no checkpoint can be cut out of it.
 *
 * <p>The task's thread, except where it says otherwise. What the log's own thread has is told apart
 * below; it runs one turn at a time, on whatever thread the executor chooses.
 */
public final class TaskLog {

    private static final Logger LOG = LoggerFactory.getLogger(TaskLog.class);

    /**
     * A file is sealed at this length, so that little is left to be forced when a barrier comes.
     */
    private static final long FILE_BYTES_MAX = 16 << 20;

    /** Segments appended before other tasks' logs have their turn. */
    private static final int SEGMENTS_A_TURN = 64;

    private final JobSnapshots snapshots;
    private final Runnable wakeTask;
    private final List<LoggedSegments> partitions = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private final Queue<Mark> marks = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable turn = this::turn;
    private boolean closeAsked;
    private volatile boolean closed; // written by the log's thread
    private volatile long bytesLogged; // written by the log's thread

    // The log's thread only.
    private final List<LogIndex> channels = new ArrayList<>();
    private final Map<ChannelId, LogIndex> byId = new HashMap<>();
    private final LinkedHashSet<LogFile> files = new LinkedHashSet<>();
    private final List<LogFile> unused = new ArrayList<>();
    private long[] ends = new long[0];
    private LogFile open;
    private Throwable broken;
    private boolean closing;
    private long heldBytes;
    private long nextCheckpoint;

    /** A barrier of a task: how far its partitions had come. */
    private record Mark(long checkpoint, long[] ends, CompletableFuture<StatePart> part) {}

    /**
     * Makes an empty log.
     *
     * @param snapshots where its files go
     * @param restored checkpoint that the task begins with; 0 for none
     * @param wakeTask wakes the task's thread; called by any thread
     */
    public TaskLog(final JobSnapshots snapshots, final long restored, final Runnable wakeTask) {
        this.snapshots = snapshots;
        this.wakeTask = wakeTask;
        nextCheckpoint = restored + 1;
    }

    /**
     * Whether what is in flight is copied all the same.
     *
     * @return false if the log is all there is of it
     */
    public boolean isBeside() {
        return snapshots.log().beside();
    }

    /**
     * Logs what is written to a partition. Before anything is.
     *
     * @param partition whose
     * @param ids the channel of each subpartition
     */
    public void add(final ResultPartition partition, final List<ChannelId> ids) {
        final List<LogIndex> indexes = ids.stream().map(LogIndex::new).toList();
        indexes.forEach(index -> byId.put(index.id(), index));
        channels.addAll(indexes);
        targets.add(new Target(indexes));
        partitions.add(partition.log(this::wake));
        ends = new long[partitions.size()];
    }

    /**
     * Says that a barrier was sent on all partitions, just now.
     *
     * @param checkpoint whose
     * @return completes with the producer's part of the checkpoint when that is durable (INV O2)
     */
    public CompletableFuture<StatePart> mark(final long checkpoint) {
        final Mark mark =
                new Mark(
                        checkpoint,
                        partitions.stream().mapToLong(LoggedSegments::appended).toArray(),
                        new CompletableFuture<>());
        marks.add(mark);
        wake();
        return mark.part;
    }

    /**
     * A checkpoint is complete: nothing before these positions is needed. Any thread.
     *
     * @param consumed positions of channels, also of other tasks'
     */
    public void truncate(final List<LogPosition> consumed) {
        commands.add(() -> forgetBefore(consumed));
        wake();
    }

    /**
     * Bytes that were appended so far. Any thread.
     *
     * @return of all channels
     */
    public long bytesLogged() {
        return bytesLogged;
    }

    /**
     * Gives everything back, soon. The task's thread is woken then.
     *
     * @return whether that is done
     */
    public boolean close() {
        if (!closeAsked) {
            closeAsked = true;
            partitions.forEach(LoggedSegments::close);
            commands.add(() -> closing = true);
            wake();
        }
        return closed;
    }

    /**
     * Has a turn follow, if none is to come. Any thread. A turn that is about to end may miss a
     * segment whose thread takes it for one that goes on; flushing the partition, behind a full
     * fence, makes that good.
     */
    private void wake() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            snapshots.log().writer().execute(turn);
        }
    }

    // From here on the log's thread.

    private void turn() {
        final boolean more = work();
        if (more) {
            snapshots.log().writer().execute(turn);
            return;
        }
        scheduled.set(false);
        if (!commands.isEmpty() || !marks.isEmpty() || anySegment()) {
            wake();
        }
    }

    private boolean anySegment() {
        for (int i = 0; i < partitions.size(); i++) {
            if (!partitions.get(i).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** True if there is more than one turn's work. */
    private boolean work() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
        int left = closing ? Integer.MAX_VALUE : SEGMENTS_A_TURN;
        while (true) {
            // Looked at before the marks: what comes behind a mark is seen only with the mark.
            for (int i = 0; i < ends.length; i++) {
                ends[i] = partitions.get(i).appendedSoFar();
            }
            final Mark mark = marks.peek();
            final long[] to = mark == null ? ends : mark.ends;
            for (int i = 0; i < to.length; i++) {
                while (left > 0 && partitions.get(i).take(targets.get(i), to[i])) {
                    left--;
                }
            }
            if (left == 0) {
                return true;
            }
            if (mark == null) {
                break;
            }
            marks.remove();
            onMark(mark);
        }
        if (closing && !closed) {
            giveUp(new IOException("the task has ended"));
            closed = true;
            wakeTask.run();
        }
        return false;
    }

    /** Appends what was written to one partition. */
    private final class Target implements LoggedSegments.Target {

        private final List<LogIndex> subpartitions;

        Target(final List<LogIndex> subpartitions) {
            this.subpartitions = subpartitions;
        }

        @Override
        public void write(final int subpartition, final ByteBuffer memory, final int length) {
            append(subpartitions.get(subpartition), memory, length);
        }
    }

    private void append(final LogIndex channel, final ByteBuffer memory, final int length) {
        if (broken == null && !closing) {
            try {
                if (open == null) {
                    open = new LogFile(snapshots.newLogFile(nextCheckpoint));
                    files.add(open);
                }
                final long offset = open.length();
                open.write(memory, length);
                channel.add(open, offset, length);
                heldBytes += length;
                bytesLogged += length;
                if (open.length() >= FILE_BYTES_MAX) {
                    seal();
                }
                if (heldBytes > snapshots.log().bytesMax()) {
                    giveUp(new IOException("channelLogBytes=" + heldBytes));
                }
                return;
            } catch (final IOException | RuntimeException e) {
                giveUp(e);
            }
        }
        channel.skip(length);
    }

    private void seal() {
        if (open == null) {
            return;
        }
        final LogFile sealed = open;
        open = null;
        if (!sealed.hasPieces()) {
            files.remove(sealed);
            sealed.drop();
            return;
        }
        sealed.durable()
                .whenComplete(
                        (nothing, failure) -> {
                            if (failure != null) {
                                commands.add(() -> onBroken(sealed, failure));
                                wake();
                            }
                        });
        sealed.seal(snapshots.io());
    }

    private void onBroken(final LogFile file, final Throwable cause) {
        if (files.contains(file)) {
            giveUp(cause);
        }
    }

    /** Begins anew, behind the next barrier: what was sent before that is not logged. */
    private void giveUp(final Throwable cause) {
        if (!closing) {
            LOG.warn("a channel log begins anew, checkpoints fail meanwhile: {}", cause.toString());
        }
        broken = cause;
        open = null;
        files.forEach(LogFile::drop);
        files.clear();
        channels.forEach(channel -> channel.skip(0));
        heldBytes = 0;
    }

    private void onMark(final Mark mark) {
        nextCheckpoint = mark.checkpoint + 1;
        if (broken != null || closing) {
            mark.part.completeExceptionally(new IOException("channel log: " + broken, broken));
            broken = null;
            return;
        }
        seal();
        final StatePart part =
                new LoggedOutput(channels.stream().map(LogIndex::channel).toList())
                        .part(files.stream().map(LogFile::whole).toList());
        final List<LogFile> all = List.copyOf(files);
        CompletableFuture.allOf(
                        all.stream().map(LogFile::durable).toArray(CompletableFuture[]::new))
                .whenComplete(
                        (nothing, failure) -> {
                            if (failure != null) {
                                mark.part.completeExceptionally(failure);
                            } else if (all.stream().allMatch(LogFile::name)) {
                                mark.part.complete(part);
                            } else {
                                mark.part.completeExceptionally(
                                        new IOException("channel log: it began anew"));
                            }
                        });
    }

    private void forgetBefore(final List<LogPosition> consumed) {
        for (final LogPosition position : consumed) {
            final LogIndex channel = byId.get(position.channel());
            if (channel != null) {
                heldBytes -= channel.bytes();
                channel.truncate(position.position(), unused);
                heldBytes += channel.bytes();
            }
        }
        for (final LogFile file : unused) {
            files.remove(file);
            file.drop();
        }
        unused.clear();
    }
}
