package io.geminid.runtime.cluster.checkpoint;

import io.geminid.config.ConfigException;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.registry.JobCheckpoints;
import io.geminid.state.checkpoint.registry.JobCheckpointsContext;
import io.geminid.state.checkpoint.storage.CheckpointCopy;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a job's coordinator knows of its checkpoints in the storage: {@link JobCheckpoints} of one
 * incarnation, and what the job was told to start from.
 *
 * <p>Opened by one thread before all others; any thread then. What throws {@code IOException}
 * blocks on the storage.
 */
public final class CheckpointBook {

    private final CheckpointStore store;
    private final UUID job;
    private int incarnation;
    private JobCheckpoints checkpoints;
    private volatile CheckpointManifest foreign;

    CheckpointBook(final CheckpointStore store, final UUID job) {
        this.store = store;
        this.job = job;
    }

    void open() throws IOException {
        incarnation = JobCheckpoints.nextAttempt(store.blobs(), job);
        checkpoints =
                JobCheckpoints.open(
                        new JobCheckpointsContext(
                                store.blobs(),
                                store.fileIds(),
                                store.io(),
                                job,
                                incarnation,
                                store.settings().retained()));
        checkpoints.sweep();
        if (checkpoints.latest().isEmpty() && !store.settings().from().isEmpty()) {
            startFrom(store.settings().from());
        }
    }

    private void startFrom(final String text) throws IOException {
        final CheckpointId id = idOf(text);
        final CheckpointManifest manifest =
                checkpoints.restoreFrom(id, store.settings().claimMode());
        if (checkpoints.latest().isEmpty()) {
            foreign = manifest;
        }
    }

    private CheckpointId idOf(final String text) throws IOException {
        final Optional<CheckpointId> exact = CheckpointId.parse(text);
        if (exact.isPresent()) {
            return exact.get();
        }
        final List<CheckpointId> all;
        try {
            all =
                    new CompletedCheckpoints(store.blobs(), store.fileIds())
                            .list(UUID.fromString(text));
        } catch (final IllegalArgumentException e) {
            throw new ConfigException(
                    CheckpointSettings.FROM.name()
                            + "="
                            + text
                            + " must be a checkpoint (JOB/NUMBER-ATTEMPT) or a job, whose latest"
                            + " is meant");
        }
        if (all.isEmpty()) {
            throw new ConfigException(
                    CheckpointSettings.FROM.name()
                            + "="
                            + text
                            + " has no completed checkpoint in "
                            + store.settings().directory());
        }
        return all.get(all.size() - 1);
    }

    /**
     * Which coordinator of the job this is.
     *
     * @return larger than all before
     */
    public int incarnation() {
        return incarnation;
    }

    /**
     * What a job begins with, for the first time or again. Not while a checkpoint is being
     * completed.
     *
     * @return empty if there is no checkpoint
     */
    public Optional<CheckpointManifest> latest() {
        return checkpoints.latest().or(() -> Optional.ofNullable(foreign));
    }

    /**
     * The number under which a checkpoint can be the base of others.
     *
     * @param manifest from {@link #latest}
     * @return 0 if its files belong to another job
     */
    public long baseOf(final CheckpointManifest manifest) {
        return manifest == foreign ? 0 : manifest.id().checkpoint();
    }

    BegunCheckpoint begin() throws IOException {
        return checkpoints.begin();
    }

    void abort(final CheckpointId id) {
        checkpoints.abort(id);
    }

    Optional<StateFile> acknowledged(final long checkpoint, final Collection<StateHandle> handles) {
        return checkpoints.acknowledged(new CheckpointId(job, checkpoint, incarnation), handles);
    }

    /** Makes it durable; returns under which identity it can be started from. */
    CheckpointId complete(final PendingCheckpoint whole) throws IOException {
        final CheckpointManifest manifest = whole.manifest();
        checkpoints.complete(manifest);
        if (whole.request() == null || !whole.request().isSavepoint()) {
            return manifest.id();
        }
        final CheckpointId savepoint =
                new CheckpointId(store.fileIds().get(), manifest.id().checkpoint(), 0);
        new CheckpointCopy(store.blobs(), store.fileIds()).copy(manifest, savepoint);
        return savepoint;
    }

    /** True if there is another one to begin with. */
    boolean giveUpDamaged(final long checkpoint) throws IOException {
        if (checkpoint == 0) {
            return false; // another job's, which is not ours to give up
        }
        checkpoints.giveUpDamaged(checkpoint);
        return checkpoints.latest().isPresent();
    }

    /** Deletes what tasks that are no more have left. */
    void sweep() throws IOException {
        checkpoints.sweep();
    }

    void discard() throws IOException {
        checkpoints.discard();
    }
}
