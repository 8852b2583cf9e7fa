package io.geminid.state.checkpoint.registry;

import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All checkpoints of one job, as its coordinator sees them: begun, completed, retained, deleted. A
 * completed checkpoint is durable before this says so, and only then are older ones deleted.
 *
 * <p>The storage itself is the only record: a new coordinator opens the same directory and goes on,
 * with larger numbers than any that were ever used there.
 *
 * <p>Any thread. {@link #open}, {@link #complete}, {@link #restoreFrom} and {@link #sweep} block on
 * the disk or the network; deletions run on the executor.
 */
public final class JobCheckpoints {
    private static final Logger LOG = LoggerFactory.getLogger(JobCheckpoints.class);

    private final JobCheckpointsContext context;
    private final BlobStore blobs;
    private final CompletedCheckpoints completed;

    /** Guarded by this, as all that follows. */
    private final SharedStateRegistry registry = new SharedStateRegistry();

    private final SpaceUse space = new SpaceUse();

    /** Complete checkpoints, and those being disposed of whose manifest is not yet gone. */
    private final TreeMap<Long, CheckpointManifest> retained = new TreeMap<>();

    /** Begun, and neither complete nor aborted; some of them may have a manifest all the same. */
    private final TreeMap<Long, CheckpointId> pending = new TreeMap<>();

    /**
     * Those of the pending whose manifest is being written, or may have been: not to be touched.
     */
    private final Set<Long> unsettled = new HashSet<>();

    /** Those of the unsettled whose manifest is being written right now. */
    private final Set<Long> writing = new HashSet<>();

    /** Given up, but their manifest may still be there: each completion tries again. */
    private final TreeMap<Long, CheckpointId> undisposed = new TreeMap<>();

    private final NumberReserve numbers;
    private long deletedFiles;
    private long failedDeletions;

    private JobCheckpoints(final JobCheckpointsContext context) {
        this.context = context;
        this.blobs = context.blobs();
        this.completed = new CompletedCheckpoints(context.blobs(), context.fileIds());
        this.numbers = new NumberReserve(context);
    }

    /**
     * Reads which checkpoints of the job there are. One whose manifest is damaged is given up if
     * there is another.
     *
     * @param context where, whose, and how many are kept
     * @return knows all completed checkpoints of the job
     * @throws IllegalArgumentException when a coordinator of this attempt, or of a later one, has
     *     opened them before
     * @throws CorruptStateException when every manifest is damaged; names the oldest
     * @throws IOException when the storage cannot be read
     */
    public static JobCheckpoints open(final JobCheckpointsContext context) throws IOException {
        final JobCheckpoints checkpoints = new JobCheckpoints(context);
        checkpoints.load();
        return checkpoints;
    }

    /**
     * What the next coordinator of a job is to call itself.
     *
     * @param blobs the storage
     * @param job whose checkpoints
     * @return above every one that has opened them
     * @throws IOException when the storage cannot be read
     */
    public static int nextAttempt(final BlobStore blobs, final UUID job) throws IOException {
        return NumberReserve.lastAttempt(blobs, job) + 1;
    }

    private synchronized void load() throws IOException {
        long lastNumber = 0;
        for (final BlobEntry entry : blobs.list(CheckpointNames.job(context.job()))) {
            final Optional<CheckpointId> id = CheckpointNames.writtenFor(entry.name());
            lastNumber = Math.max(lastNumber, id.map(CheckpointId::checkpoint).orElse(0L));
        }
        numbers.open(lastNumber);
        // The same number twice: the earlier coordinator wrote its manifest too late to count.
        final Map<Long, CheckpointId> latestAttempts = new TreeMap<>();
        for (final CheckpointId id : completed.list(context.job())) {
            latestAttempts.put(id.checkpoint(), id);
        }
        CorruptStateException damage = null;
        for (final CheckpointId id : latestAttempts.values()) {
            try {
                retain(completed.read(id));
            } catch (final CorruptStateException e) {
                LOG.warn("checkpoint={} is given up, an earlier one is used: {}", id, e.toString());
                damage = damage == null ? e : damage;
            }
        }
        if (damage != null && retained.isEmpty()) {
            throw damage;
        }
    }

    private void retain(final CheckpointManifest manifest) {
        final long number = manifest.id().checkpoint();
        retained.put(number, manifest);
        registry.restore(number, shared(manifest.handles()));
        space.seen(manifest.handles());
    }

    /**
     * The checkpoint to restore from.
     *
     * @return the last completed one
     */
    public synchronized Optional<CheckpointManifest> latest() {
        return Optional.ofNullable(retained.get(registry.lastCompleted()));
    }

    /**
     * The completed checkpoints that are kept.
     *
     * @return the oldest first
     */
    public synchronized List<CheckpointId> retained() {
        return retained.values().stream().map(CheckpointManifest::id).toList();
    }

    /**
     * Starts from a checkpoint of another job in the same storage. Must come before the first
     * {@link #begin}.
     *
     * @param foreign the checkpoint
     * @param mode whose it is from now on
     * @return what to restore; when claimed, under an identity of this job, and {@link #latest}
     * @throws IOException when it is damaged, or when it is unknown whose it is now: both jobs must
     *     then be left alone until a later {@link #open} says which of them has it
     */
    public CheckpointManifest restoreFrom(final CheckpointId foreign, final ClaimMode mode)
            throws IOException {
        return switch (mode) {
            case CLAIM -> claim(foreign);
            case NO_CLAIM -> completed.read(foreign);
        };
    }

    private CheckpointManifest claim(final CheckpointId foreign) throws IOException {
        if (foreign.job().equals(context.job())) {
            throw new IllegalArgumentException("checkpoint=" + foreign + " is this job's");
        }
        final CheckpointManifest theirs = completed.read(foreign);
        final CheckpointManifest ours;
        synchronized (this) {
            if (!retained.isEmpty() || !pending.isEmpty()) {
                throw new IllegalStateException(
                        "job=" + context.job() + " has checkpoints of its own");
            }
            ours =
                    new CheckpointManifest(
                            new CheckpointId(context.job(), numbers.next(), context.attempt()),
                            theirs.timestampMillis(),
                            theirs.operators(),
                            theirs.properties());
        }
        completed.complete(ours);
        blobs.delete(CheckpointNames.manifest(foreign));
        synchronized (this) {
            retain(ours);
        }
        return ours;
    }

    /**
     * Begins a checkpoint.
     *
     * @return identity and base, to be sent to the tasks
     * @throws IOException when new numbers had to be reserved, once in {@value
     *     NumberReserve#RESERVED_AT_ONCE} calls, and the storage failed
     */
    public synchronized BegunCheckpoint begin() throws IOException {
        final long number = numbers.next();
        final CheckpointId id = new CheckpointId(context.job(), number, context.attempt());
        final long base = registry.begin(number);
        pending.put(number, id);
        return new BegunCheckpoint(id, base, space.sparse());
    }

    /**
     * Notes what a subtask acknowledged. To be called for every acknowledgement, also of a
     * checkpoint that was aborted or is unknown: its files are there, and may be referred to later.
     *
     * @param id the checkpoint
     * @param handles all that the subtask's snapshot refers to
     * @return the first file that the snapshot must not refer to; the checkpoint is then to be
     *     aborted
     */
    public Optional<StateFile> acknowledged(
            final CheckpointId id, final Collection<StateHandle> handles) {
        if (!id.job().equals(context.job()) || id.attempt() != context.attempt()) {
            return Optional.empty();
        }
        final List<StateFile> unused;
        final List<StateFile> late = new ArrayList<>();
        synchronized (this) {
            for (final StateHandle handle : handles) {
                if (handle.file().scope() == StateScope.EXCLUSIVE
                        && !handle.file().name().startsWith(CheckpointNames.checkpoint(id))) {
                    return Optional.of(handle.file());
                }
            }
            final StateFile refused = registry.register(id.checkpoint(), shared(handles.stream()));
            if (refused != null) {
                return Optional.of(refused);
            }
            space.seen(handles.stream());
            if (!registry.isPending(id.checkpoint()) && !retained.containsKey(id.checkpoint())) {
                handles.stream()
                        .map(StateHandle::file)
                        .filter(file -> file.scope() == StateScope.EXCLUSIVE)
                        .distinct()
                        .forEach(late::add);
            }
            unused = takeUnused();
        }
        unused.addAll(late);
        deleteLater(unused);
        return Optional.empty();
    }

    /**
     * Gives a checkpoint up. One that is complete, is being completed, or was never begun is passed
     * over; of one of which it is unknown whether it is complete, a later one disposes.
     *
     * @param id the checkpoint
     */
    public void abort(final CheckpointId id) {
        synchronized (this) {
            if (!id.equals(pending.get(id.checkpoint())) || unsettled.contains(id.checkpoint())) {
                return;
            }
            giveUp(id);
        }
        context.deletions().execute(() -> dispose(id));
    }

    /**
     * Gives up the last completed checkpoint, because it turned out to be damaged: the one before
     * it is restored, and is the base of the next. Nothing may be pending.
     *
     * @param number of the checkpoint; one that is not complete is passed over
     */
    public void giveUpDamaged(final long number) {
        final CheckpointManifest damaged;
        synchronized (this) {
            damaged = retained.get(number);
            if (damaged == null || number != registry.lastCompleted()) {
                return;
            }
            registry.fallBack();
        }
        LOG.warn("checkpoint={} is damaged and given up", damaged.id());
        context.deletions().execute(() -> dispose(damaged.id()));
    }

    /**
     * Completes a checkpoint, gives up those begun before it, and lets go of the oldest retained
     * one. When this returns, the checkpoint can be restored, after a power cut too.
     *
     * @param manifest what it consists of: nothing that was not acknowledged
     * @throws IllegalStateException when it was aborted, or a later one is complete
     * @throws IOException when it is unknown whether it is complete: it stays pending, nothing is
     *     deleted, and nobody must be told; a later checkpoint that completes settles it
     */
    public void complete(final CheckpointManifest manifest) throws IOException {
        final CheckpointId id = manifest.id();
        requireLatestAttempt();
        beginCompletion(manifest);
        try {
            completed.complete(manifest);
        } finally {
            synchronized (this) {
                writing.remove(id.checkpoint());
            }
        }
        final List<CheckpointId> over = new ArrayList<>();
        final boolean overtaken;
        final List<StateFile> unused;
        synchronized (this) {
            unsettled.remove(id.checkpoint());
            pending.remove(id.checkpoint());
            overtaken = id.checkpoint() <= registry.lastCompleted();
            if (overtaken) {
                giveUp(id);
                over.add(id);
            } else {
                registry.completed(id.checkpoint());
                space.completed(manifest.handles());
                retained.put(id.checkpoint(), manifest);
                subsume(id.checkpoint(), over);
            }
            unused = takeUnused();
        }
        deleteLater(unused);
        for (final CheckpointId old : over) {
            context.deletions().execute(() -> dispose(old));
        }
        if (overtaken) {
            throw new IllegalStateException("checkpoint=" + id + " was overtaken by a later one");
        }
    }

    /** A coordinator that others took for dead must complete and delete nothing (INV J1). */
    private void requireLatestAttempt() throws IOException {
        final int latest = NumberReserve.lastAttempt(blobs, context.job());
        if (latest > context.attempt()) {
            throw new SupersededException(
                    "job="
                            + context.job()
                            + " attempt="
                            + context.attempt()
                            + " is superseded by attempt="
                            + latest);
        }
    }

    private synchronized void beginCompletion(final CheckpointManifest manifest) {
        final CheckpointId id = manifest.id();
        final long number = id.checkpoint();
        if (!id.equals(pending.get(number))
                || number <= registry.lastCompleted()
                || unsettled.contains(number)) {
            throw new IllegalStateException(
                    "checkpoint="
                            + id
                            + " pending="
                            + pending.values()
                            + " unsettled="
                            + unsettled
                            + " lastCompleted="
                            + registry.lastCompleted());
        }
        final StateFile unknown = registry.register(number, shared(manifest.handles()));
        if (unknown != null) {
            throw new IllegalArgumentException(
                    "checkpoint=" + id + " must not refer to file=" + unknown.name());
        }
        unsettled.add(number);
        writing.add(number);
    }

    private void subsume(final long number, final List<CheckpointId> over) {
        for (final CheckpointId older : List.copyOf(pending.headMap(number).values())) {
            // One that is being written is disposed of by whoever writes it.
            if (!writing.contains(older.checkpoint())) {
                unsettled.remove(older.checkpoint());
                giveUp(older);
            }
        }
        over.addAll(undisposed.values());
        retained.values().stream()
                .limit(Math.max(0, retained.size() - context.retainedMax()))
                .map(CheckpointManifest::id)
                .forEach(over::add);
    }

    private List<StateFile> takeUnused() {
        final List<StateFile> unused = registry.takeUnused();
        unused.forEach(space::deleted);
        return unused;
    }

    /** From now on nobody can complete it. */
    private void giveUp(final CheckpointId id) {
        pending.remove(id.checkpoint());
        undisposed.put(id.checkpoint(), id);
    }

    /** The manifest goes first: what is left of a checkpoint without one is garbage. */
    private void dispose(final CheckpointId id) {
        final List<String> names = new ArrayList<>();
        try {
            requireLatestAttempt();
            blobs.delete(CheckpointNames.manifest(id));
            synchronized (this) {
                final CheckpointManifest manifest = retained.remove(id.checkpoint());
                if (manifest != null) {
                    // Of a claimed checkpoint they are in another directory.
                    manifest.handles()
                            .map(StateHandle::file)
                            .filter(file -> file.scope() == StateScope.EXCLUSIVE)
                            .map(StateFile::name)
                            .distinct()
                            .forEach(names::add);
                }
                undisposed.remove(id.checkpoint());
                registry.release(id.checkpoint());
                takeUnused().stream().map(StateFile::name).forEach(names::add);
            }
            for (final BlobEntry entry : blobs.list(CheckpointNames.checkpoint(id))) {
                if (!names.contains(entry.name())) {
                    names.add(entry.name());
                }
            }
        } catch (final IOException e) {
            failed(CheckpointNames.checkpoint(id), e);
        }
        names.forEach(this::delete);
    }

    private void deleteLater(final List<StateFile> files) {
        if (!files.isEmpty()) {
            context.deletions().execute(() -> delete(files));
        }
    }

    private void delete(final List<StateFile> files) {
        try {
            requireLatestAttempt();
        } catch (final IOException e) {
            failed(files.get(0).name(), e);
            return;
        }
        files.forEach(file -> delete(file.name()));
    }

    private void delete(final String name) {
        try {
            if (blobs.delete(name)) {
                synchronized (this) {
                    deletedFiles++;
                }
            }
        } catch (final IOException e) {
            failed(name, e);
        }
    }

    private void failed(final String name, final IOException cause) {
        final long count;
        synchronized (this) {
            failedDeletions++;
            count = failedDeletions;
        }
        if (count == 1) {
            LOG.info("not deleted name={} cause={}; will be tried again", name, cause.toString());
        } else {
            LOG.debug("not deleted name={} count={}", name, count, cause);
        }
    }

    /**
     * Deletes what nobody refers to and nobody may: left by workers and coordinators that died, by
     * tasks that went on with an aborted checkpoint, and by deletions that failed.
     *
     * @return number of files deleted
     * @throws IOException when the storage cannot be listed
     */
    public int sweep() throws IOException {
        final List<BlobEntry> entries = blobs.list(CheckpointNames.job(context.job()));
        final List<String> garbage = new ArrayList<>();
        synchronized (this) {
            for (final BlobEntry entry : entries) {
                if (isGarbage(entry.name())) {
                    garbage.add(entry.name());
                }
            }
        }
        // As in dispose: never a manifest whose files are gone.
        garbage.sort(Comparator.comparing(name -> !CheckpointNames.isManifest(name)));
        garbage.forEach(this::delete);
        return garbage.size();
    }

    private boolean isGarbage(final String name) {
        final Optional<CheckpointId> writtenFor = CheckpointNames.writtenFor(name);
        if (writtenFor.isEmpty()) {
            return false;
        }
        final CheckpointId id = writtenFor.get();
        final CheckpointManifest manifest = retained.get(id.checkpoint());
        if (CheckpointNames.scope(name) == StateScope.EXCLUSIVE) {
            return !id.equals(pending.get(id.checkpoint()))
                    && (manifest == null || !manifest.id().equals(id));
        }
        final boolean known = CheckpointNames.fileId(name).map(registry::knows).orElse(false);
        final boolean mayBeReferredTo =
                id.attempt() == context.attempt() && id.checkpoint() > registry.oldestBase();
        return !known && !mayBeReferredTo;
    }

    /**
     * Deletes all checkpoints of the job, and everything that they alone refer to: the job is over
     * and will not be restored. Nothing may be called afterwards.
     *
     * @throws IOException when something could not be deleted; may be called again
     */
    public void discard() throws IOException {
        final List<CheckpointManifest> manifests;
        synchronized (this) {
            manifests = List.copyOf(retained.values());
        }
        for (final CheckpointManifest manifest : manifests) {
            blobs.delete(CheckpointNames.manifest(manifest.id()));
        }
        for (final CheckpointManifest manifest : manifests) {
            for (final StateHandle handle : (Iterable<StateHandle>) manifest.handles()::iterator) {
                blobs.delete(handle.file().name());
            }
        }
        for (final BlobEntry entry : blobs.list(CheckpointNames.job(context.job()))) {
            blobs.delete(entry.name());
        }
    }

    /**
     * Files deleted so far.
     *
     * @return 0 or more
     */
    public synchronized long deletedFiles() {
        return deletedFiles;
    }

    /**
     * Deletions that failed so far.
     *
     * @return 0 or more
     */
    public synchronized long failedDeletions() {
        return failedDeletions;
    }

    /** Shared files, each with the checkpoint that created it, or 0 if it was not of this run. */
    private Map<StateFile, Long> shared(final Stream<StateHandle> handles) {
        final Map<StateFile, Long> files = new LinkedHashMap<>();
        handles.map(StateHandle::file)
                .filter(file -> file.scope() == StateScope.SHARED)
                .distinct()
                .forEach(file -> files.put(file, createdBy(file)));
        return files;
    }

    private long createdBy(final StateFile file) {
        return CheckpointNames.writtenFor(file.name())
                .filter(id -> id.job().equals(context.job()) && id.attempt() == context.attempt())
                .map(CheckpointId::checkpoint)
                .orElse(SharedStateRegistry.NONE);
    }
}
