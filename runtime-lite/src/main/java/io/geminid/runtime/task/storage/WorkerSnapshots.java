package io.geminid.runtime.task.storage;

import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.local.LocalCounters;
import io.geminid.state.checkpoint.local.LocalRecoveryStorage;
import io.geminid.state.checkpoint.merge.MergeLimits;
import io.geminid.state.checkpoint.merge.MergingCheckpointStorage;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.checkpoint.storage.SnapshotFiles;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The checkpoint storage of a worker: one for all jobs that it has tasks of. What a worker wrote
 * itself and kept is read from its own disk (INV L1 to L5). Any thread.
 */
public final class WorkerSnapshots {

    private final MergingCheckpointStorage merging;
    private final LocalRecoveryStorage local;
    private final Executor io;
    private final SnapshotFiles files;
    private final ChannelLogSettings log;
    private final Map<Long, JobSnapshots> jobs = new ConcurrentHashMap<>();

    /**
     * Uses a storage.
     *
     * @param blobs where checkpoints are
     * @param copies the worker's own; {@code null} for none
     * @param ids never gives an identity twice, in any process
     * @param io runs what deletes files
     * @param log how tasks log what they send; {@code null} if they do not
     */
    public WorkerSnapshots(
            final BlobStore blobs,
            final BlobStore copies,
            final Supplier<UUID> ids,
            final Executor io,
            final ChannelLogSettings log) {
        this.io = io;
        this.log = log;
        files = new SnapshotFiles(blobs, ids);
        merging =
                new MergingCheckpointStorage(
                        files, new BlobCheckpointStorage(blobs, ids), MergeLimits.DEFAULT);
        local = copies == null ? null : new LocalRecoveryStorage(merging, copies, ids);
    }

    /**
     * Begins or goes on with a job.
     *
     * @param jobId the job
     * @param incarnation of its coordinator
     */
    public void open(final long jobId, final int incarnation) {
        jobs.put(jobId, new JobSnapshots(this, jobId, incarnation));
    }

    /**
     * The snapshots of a job.
     *
     * @param jobId one that was opened
     * @return its snapshots
     * @throws IllegalStateException if it was not opened
     */
    public JobSnapshots job(final long jobId) {
        final JobSnapshots job = jobs.get(jobId);
        if (job == null) {
            throw new IllegalStateException("job=" + Long.toHexString(jobId) + " is not open");
        }
        return job;
    }

    /**
     * Ends a job: nothing of it will be restored here.
     *
     * @param jobId one that was opened, or not
     */
    public void close(final long jobId) {
        final JobSnapshots job = jobs.remove(jobId);
        if (job != null) {
            job.close();
        }
    }

    /**
     * What the worker's own copies were good for so far.
     *
     * @return zeros if there are none
     */
    public LocalCounters counters() {
        return local == null ? new LocalCounters(0, 0, 0, 0) : local.counters();
    }

    CheckpointStorage storage() {
        return local == null ? merging : local;
    }

    SnapshotFiles files() {
        return files;
    }

    /** {@code null} if tasks log nothing. */
    ChannelLogSettings log() {
        return log;
    }

    MergingCheckpointStorage merging() {
        return merging;
    }

    /** {@code null} if no copies are kept. */
    LocalRecoveryStorage local() {
        return local;
    }

    Executor io() {
        return io;
    }
}
