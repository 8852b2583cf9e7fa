package io.geminid.state.checkpoint.merge;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.storage.SnapshotFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The storage of a process that runs many subtasks: their small ranges go into common files, of
 * which there are as many for each checkpoint as the bytes need, not as many as there are subtasks.
 *
 * <p>The process says with {@link #expect} how many writers a checkpoint will have; the last of
 * them to commit, or to give up, makes the common files durable, and with that all their ranges. So
 * a subtask's {@link SnapshotWriter#commit} may complete only when another one commits: nobody may
 * wait for it on a thread that another subtask's snapshot needs.
 *
 * <p>Any thread.
 */
public final class MergingCheckpointStorage implements CheckpointStorage {
    private final SnapshotFiles files;
    private final CheckpointStorage reading;
    private final MergeLimits limits;

    /** Of checkpoints whose writers have not all ended. Guarded by this. */
    private final Map<CheckpointId, MergeGroup> groups = new HashMap<>();

    /**
     * Uses a storage.
     *
     * @param files makes the files
     * @param reading opens them
     * @param limits when ranges are put together
     */
    public MergingCheckpointStorage(
            final SnapshotFiles files, final CheckpointStorage reading, final MergeLimits limits) {
        this.files = files;
        this.reading = reading;
        this.limits = limits;
    }

    /**
     * Says how many writers there will be. Without it, each writer's files are its own.
     *
     * @param id the checkpoint; once
     * @param writers how many times {@link #newWriter} will be called for it, 1 or more
     */
    public synchronized void expect(final CheckpointId id, final int writers) {
        if (writers < 1) {
            throw new IllegalArgumentException("writers=" + writers + " checkpoint=" + id);
        }
        if (groups.putIfAbsent(id, new MergeGroup(files, limits, id, writers)) != null) {
            throw new IllegalStateException("expected twice checkpoint=" + id);
        }
    }

    @Override
    public synchronized SnapshotWriter newWriter(final CheckpointId id) {
        final MergeGroup group =
                groups.computeIfAbsent(id, alone -> new MergeGroup(files, limits, alone, 1));
        if (group.takeWriter()) {
            groups.remove(id);
        }
        return new MergingWriter(group);
    }

    /**
     * Gives up what waits for writers that will not come: the checkpoint was aborted, or a subtask
     * has died before it began.
     *
     * @param id the checkpoint; one that waits for nobody is passed over
     * @throws IOException when an unfinished file cannot be deleted
     */
    public void abandon(final CheckpointId id) throws IOException {
        final MergeGroup group;
        synchronized (this) {
            group = groups.remove(id);
        }
        if (group != null) {
            group.abandon();
        }
    }

    @Override
    public StateInput open(final StateHandle handle) throws IOException {
        return reading.open(handle);
    }
}
