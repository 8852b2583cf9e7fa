package io.geminid.runtime.task.storage;

import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.format.StateFileWriter;
import io.geminid.state.checkpoint.storage.SnapshotFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one job, as a worker that has tasks of it sees them: what each is called, and
 * how many of the worker's tasks write for it, so that they can share files.
 *
 * <p>Any thread.
 */
public final class JobSnapshots {

    private static final Logger LOG = LoggerFactory.getLogger(JobSnapshots.class);

    private final WorkerSnapshots worker;
    private final UUID job;
    private final int incarnation;

    // Guarded by this.
    private int writers;
    private long lastExpected;
    private long triggered;
    private Set<UUID> rewrite = Set.of();

    JobSnapshots(final WorkerSnapshots worker, final long jobId, final int incarnation) {
        this.worker = worker;
        this.job = new UUID(0, jobId);
        this.incarnation = incarnation;
    }

    /**
     * Says how many tasks of this worker take part in checkpoints from now on.
     *
     * @param count 1 or more
     */
    public synchronized void expectWriters(final int count) {
        writers = count;
    }

    /**
     * What a snapshot is to be.
     *
     * @param checkpoint its number
     * @param base what it may build on, as its barrier says
     * @return with the files that should be written anew, if the coordinator's word of them has
     *     come already
     */
    public synchronized BegunCheckpoint begun(final long checkpoint, final long base) {
        return new BegunCheckpoint(
                idOf(checkpoint), base, checkpoint == triggered ? rewrite : Set.of());
    }

    /**
     * The coordinator has begun a checkpoint.
     *
     * @param checkpoint its number
     * @param files that are mostly dead
     */
    public synchronized void onTriggered(final long checkpoint, final Set<UUID> files) {
        triggered = checkpoint;
        rewrite = files;
    }

    /**
     * Begins to write the snapshot of one task. The last of the worker's tasks makes all durable.
     *
     * @param id the checkpoint
     * @return the caller's to close
     */
    public synchronized SnapshotWriter newWriter(final CheckpointId id) {
        if (writers > 1 && id.checkpoint() > lastExpected) {
            lastExpected = id.checkpoint();
            worker.merging().expect(id, writers);
        }
        return worker.storage().newWriter(id);
    }

    /**
     * How tasks log what they send.
     *
     * @return {@code null} if they do not
     */
    public ChannelLogSettings log() {
        return worker.log();
    }

    /**
     * Begins a file of a task's log.
     *
     * @param checkpoint the first one that may refer to it
     * @return the caller's to commit or discard
     * @throws IOException if the storage is full or gone
     */
    public SnapshotFile newLogFile(final long checkpoint) throws IOException {
        return worker.files()
                .create(idOf(checkpoint), StateScope.SHARED, StateFileWriter.BLOCK_BYTES_DEFAULT);
    }

    /**
     * Runs what blocks on files, without hurry.
     *
     * @return any thread's
     */
    public Executor io() {
        return worker.io();
    }

    /**
     * Where files are read.
     *
     * @return with the worker's own copies, if there are any
     */
    public CheckpointStorage storage() {
        return new Restored();
    }

    /** What is to be restored and is gone is damaged: there may be another checkpoint. */
    private final class Restored implements CheckpointStorage {

        @Override
        public SnapshotWriter newWriter(final CheckpointId id) {
            return JobSnapshots.this.newWriter(id);
        }

        @Override
        public StateInput open(final StateHandle handle) throws IOException {
            try {
                return worker.storage().open(handle);
            } catch (final NoSuchFileException e) {
                final CorruptStateException gone =
                        new CorruptStateException(handle.file().name(), 0, "missing");
                gone.initCause(e);
                throw gone;
            }
        }
    }

    /**
     * A task's snapshot is durable. Blocks on the worker's disk.
     *
     * @param id the checkpoint
     * @param handles all that it refers to
     */
    public void onWritten(final CheckpointId id, final Collection<StateHandle> handles) {
        if (worker.local() != null) {
            worker.local().acknowledged(id, handles);
        }
    }

    /**
     * A checkpoint can be restored.
     *
     * @param checkpoint its number
     */
    public void onCompleted(final long checkpoint) {
        if (worker.local() != null) {
            worker.io().execute(() -> worker.local().completed(idOf(checkpoint)));
        }
    }

    /**
     * A checkpoint was given up.
     *
     * @param checkpoint its number
     */
    public void onAborted(final long checkpoint) {
        synchronized (this) {
            lastExpected = Math.max(lastExpected, checkpoint);
        }
        final CheckpointId id = idOf(checkpoint);
        worker.io()
                .execute(
                        () -> {
                            abandon(id);
                            if (worker.local() != null) {
                                worker.local().aborted(id);
                            }
                        });
    }

    /** Those that have written need not wait for those that will not. */
    private void abandon(final CheckpointId id) {
        try {
            worker.merging().abandon(id);
        } catch (final IOException e) {
            LOG.info("unfinished files of checkpoint={} are left: {}", id, e.toString());
        }
    }

    /**
     * Tasks begin with a checkpoint: copies of all others are of no use.
     *
     * @param checkpoint its number
     */
    public void onRestoring(final long checkpoint) {
        if (worker.local() != null) {
            worker.io().execute(() -> worker.local().restoring(idOf(checkpoint)));
        }
    }

    /** Gives up what is under way, and forgets the rest. */
    void close() {
        final long unfinished;
        synchronized (this) {
            unfinished = lastExpected;
        }
        worker.io()
                .execute(
                        () -> {
                            if (unfinished > 0) {
                                abandon(idOf(unfinished));
                            }
                            if (worker.local() != null) {
                                worker.local().ended(job);
                            }
                        });
    }

    private CheckpointId idOf(final long checkpoint) {
        return new CheckpointId(job, checkpoint, incarnation);
    }
}
