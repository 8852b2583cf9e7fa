package io.geminid.runtime.cluster.checkpoint;

import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskRestore;
import io.geminid.runtime.task.checkpoint.RestoredChannel;
import io.geminid.runtime.task.checkpoint.TaskSnapshot;
import io.geminid.state.checkpoint.StateHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether what was in flight is given back. A completed checkpoint holds so many bytes; a job that
 * begins with it must find as many. Then each task says with every snapshot how many of its bytes
 * have become records, and to how many it still refers: both together must be what it began with.
 *
 * <p>What does not add up is a mistake of this program, and whatever the job does from then on is
 * worth nothing: {@code IllegalStateException}. The coordinator's loop only.
 */
public final class RestoredAccount {

    private final int retained;
    private final TreeMap<Long, Long> kept = new TreeMap<>();
    private final Map<TaskId, Long> begunWith = new HashMap<>();
    private final Map<TaskId, Long> read = new HashMap<>();
    private boolean open;
    private long persisted;
    private long givenBack;

    RestoredAccount(final int retained) {
        this.retained = retained;
    }

    /**
     * A job is to begin with a checkpoint.
     *
     * @param checkpoint its number, if it is the job's own
     * @param bytes in flight in its manifest
     */
    public void restoring(final long checkpoint, final long bytes) {
        final long expected = kept.getOrDefault(checkpoint, bytes);
        if (expected != bytes) {
            throw new IllegalStateException(
                    "checkpoint=" + checkpoint + " bytesInFlight=" + bytes + " kept=" + expected);
        }
    }

    /**
     * A task begins; attempts before do not count any more.
     *
     * @param task an attempt that is to be deployed
     * @param restore what it begins with
     */
    public void begin(final TaskId task, final TaskRestore restore) {
        final TaskId key = anyAttempt(task);
        begunWith.remove(key);
        read.remove(key);
        open = true;
        // Channels of another parallelism go to several tasks, each of which picks its own.
        if (restore.channels().stream().noneMatch(RestoredChannel::rescaled)) {
            begunWith.put(key, bytes(restore));
        }
    }

    private static TaskId anyAttempt(final TaskId task) {
        return new TaskId(task.jobId(), task.vertex(), task.subtask(), 0);
    }

    private static long bytes(final TaskRestore restore) {
        return restore.channels().stream()
                .flatMap(channel -> channel.slices().stream())
                .mapToLong(StateHandle::length)
                .sum();
    }

    /** Takes the answer of a task that runs. */
    void add(final TaskId task, final TaskSnapshot snapshot) {
        final TaskId key = anyAttempt(task);
        final Long begun = begunWith.get(key);
        if (begun == null) {
            return;
        }
        if (snapshot.restoredBytesRead() + snapshot.restoredBytes() != begun) {
            throw new IllegalStateException(
                    "task="
                            + task
                            + " began with bytesInFlight="
                            + begun
                            + " read="
                            + snapshot.restoredBytesRead()
                            + " left="
                            + snapshot.restoredBytes());
        }
        read.put(key, snapshot.restoredBytesRead());
    }

    /** A checkpoint is complete; if it refers to nothing older, all was given back. */
    void completed(final PendingCheckpoint whole) {
        kept.put(whole.id().checkpoint(), whole.channelBytes() + whole.restoredBytes());
        while (kept.size() > retained) {
            kept.pollFirstEntry();
        }
        if (open && whole.restoredBytes() == 0) {
            open = false;
            persisted += begunWith.values().stream().mapToLong(Long::longValue).sum();
            givenBack += read.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Bytes in flight in the checkpoints that tasks began with and have read to the end. */
    long persisted() {
        return persisted;
    }

    /** What tasks have read of them. */
    long givenBack() {
        return givenBack;
    }
}
