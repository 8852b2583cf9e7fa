package io.geminid.state.checkpoint.registry;

import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateScope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Who refers to which shared file, and who still may. A file is given out for deletion exactly
 * once, when no checkpoint refers to it and none ever can again; see the package for the rules.
 *
 * <p>Not thread-safe; does no input or output.
 */
final class SharedStateRegistry {

    /** No checkpoint: the base of the first. */
    static final long NONE = 0;

    /** A checkpoint that refers to files, or may. */
    private static final class Referrer {
        final long base;
        final Set<UUID> files = new HashSet<>();

        /** Begun and not ended: may yet refer to what its base allows. */
        boolean pending;

        /** Pending checkpoints that have this one as their base. */
        int basedOnIt;

        /** Nobody restores it any more; its files live on only for those based on it. */
        boolean released;

        Referrer(final long base, final boolean pending) {
            this.base = base;
            this.pending = pending;
        }
    }

    /** A shared file. */
    private static final class Shared {
        final StateFile file;
        final long createdBy;
        int referrers;

        Shared(final StateFile file, final long createdBy) {
            this.file = file;
            this.createdBy = createdBy;
        }
    }

    private final Map<Long, Referrer> checkpoints = new TreeMap<>();
    private final Map<UUID, Shared> files = new HashMap<>();

    /** Files that no checkpoint refers to at the moment: only these are looked at for deletion. */
    private final Map<UUID, Shared> idle = new HashMap<>();

    private long lastCompleted = NONE;
    private long lastBegun = NONE;

    long lastCompleted() {
        return lastCompleted;
    }

    /** True while the checkpoint is begun, and neither completed nor released. */
    boolean isPending(final long checkpoint) {
        final Referrer referrer = checkpoints.get(checkpoint);
        return referrer != null && referrer.pending && !referrer.released;
    }

    /** Takes over a checkpoint that was completed before this registry was made. */
    void restore(final long checkpoint, final Map<StateFile, Long> createdBy) {
        final Referrer referrer = new Referrer(NONE, false);
        if (checkpoints.putIfAbsent(checkpoint, referrer) != null) {
            throw new IllegalStateException("checkpoint=" + checkpoint + " restored twice");
        }
        createdBy.forEach((file, creator) -> refer(referrer, file, creator));
        lastCompleted = Math.max(lastCompleted, checkpoint);
        lastBegun = Math.max(lastBegun, checkpoint);
    }

    /**
     * Begins a checkpoint.
     *
     * @return its base
     */
    long begin(final long checkpoint) {
        if (checkpoint <= lastBegun) {
            throw new IllegalArgumentException(
                    "checkpoint=" + checkpoint + " lastBegun=" + lastBegun);
        }
        lastBegun = checkpoint;
        checkpoints.put(checkpoint, new Referrer(lastCompleted, true));
        if (lastCompleted != NONE) {
            checkpoints.get(lastCompleted).basedOnIt++;
        }
        return lastCompleted;
    }

    /**
     * Notes what an acknowledgement refers to. Of a checkpoint that has ended, only that the files
     * exist.
     *
     * @return null, or the first file that the checkpoint must not refer to; then nothing was noted
     */
    StateFile register(final long checkpoint, final Map<StateFile, Long> createdBy) {
        final Referrer referrer = checkpoints.get(checkpoint);
        if (referrer == null || !referrer.pending || referrer.released) {
            createdBy.forEach(
                    (file, creator) -> {
                        // Files of others are registered by their own acknowledgements, or gone.
                        if (creator == checkpoint) {
                            known(file, creator);
                        }
                    });
            return null;
        }
        for (final Map.Entry<StateFile, Long> file : createdBy.entrySet()) {
            if (!mayRefer(checkpoint, referrer, file.getKey(), file.getValue())) {
                return file.getKey();
            }
        }
        createdBy.forEach((file, creator) -> refer(referrer, file, creator));
        return null;
    }

    private boolean mayRefer(
            final long checkpoint,
            final Referrer referrer,
            final StateFile file,
            final long createdBy) {
        final Shared known = files.get(file.id());
        if (known != null && !known.file.equals(file)) {
            return false;
        }
        if (createdBy > referrer.base) {
            return createdBy <= checkpoint;
        }
        final Referrer base = checkpoints.get(referrer.base);
        return base != null && base.files.contains(file.id());
    }

    private Shared known(final StateFile file, final long createdBy) {
        assert file.scope() == StateScope.SHARED;
        return files.computeIfAbsent(
                file.id(),
                id -> {
                    final Shared shared = new Shared(file, createdBy);
                    idle.put(id, shared);
                    return shared;
                });
    }

    private void refer(final Referrer referrer, final StateFile file, final long createdBy) {
        final Shared shared = known(file, createdBy);
        if (referrer.files.add(file.id())) {
            shared.referrers++;
            idle.remove(file.id());
        }
    }

    /** A pending checkpoint is complete: later ones may be based on it. */
    void completed(final long checkpoint) {
        final Referrer referrer = checkpoints.get(checkpoint);
        if (!isPending(checkpoint) || checkpoint <= lastCompleted) {
            throw new IllegalStateException(
                    "checkpoint=" + checkpoint + " lastCompleted=" + lastCompleted);
        }
        lastCompleted = checkpoint;
        endPending(referrer);
    }

    /** The last completed checkpoint will not be restored: the one before is the base again. */
    void fallBack() {
        if (checkpoints.values().stream().anyMatch(referrer -> referrer.pending)) {
            throw new IllegalStateException("pending checkpoints with base=" + lastCompleted);
        }
        final long given = lastCompleted;
        lastCompleted = NONE;
        for (final Map.Entry<Long, Referrer> other : checkpoints.entrySet()) {
            if (other.getKey() < given && !other.getValue().released) {
                lastCompleted = Math.max(lastCompleted, other.getKey());
            }
        }
    }

    /**
     * Nobody restores a checkpoint any more: it was aborted, or subsumed. Unknown ones are passed
     * over.
     */
    void release(final long checkpoint) {
        final Referrer referrer = checkpoints.get(checkpoint);
        if (referrer == null || referrer.released) {
            return;
        }
        if (checkpoint == lastCompleted) {
            throw new IllegalStateException(
                    "checkpoint=" + checkpoint + " is the base of the next");
        }
        referrer.released = true;
        endPending(referrer);
        forgetIfUnused(checkpoint, referrer);
    }

    private void endPending(final Referrer referrer) {
        if (!referrer.pending) {
            return;
        }
        referrer.pending = false;
        if (referrer.base != NONE) {
            final Referrer base = checkpoints.get(referrer.base);
            base.basedOnIt--;
            forgetIfUnused(referrer.base, base);
        }
    }

    private void forgetIfUnused(final long checkpoint, final Referrer referrer) {
        if (!referrer.released || referrer.basedOnIt > 0) {
            return;
        }
        checkpoints.remove(checkpoint);
        for (final UUID id : referrer.files) {
            final Shared shared = files.get(id);
            shared.referrers--;
            if (shared.referrers == 0) {
                idle.put(id, shared);
            }
        }
    }

    /**
     * The files that nobody needs any more; each is returned once, and unknown afterwards.
     *
     * @return to be deleted
     */
    List<StateFile> takeUnused() {
        final List<StateFile> unused = new ArrayList<>();
        final long base = oldestBase();
        final Collection<Shared> candidates = idle.values();
        candidates.removeIf(
                shared -> {
                    if (shared.createdBy > base) {
                        return false;
                    }
                    files.remove(shared.file.id());
                    unused.add(shared.file);
                    return true;
                });
        return unused;
    }

    /** Whatever was created for a later checkpoint than this, somebody may still refer to. */
    long oldestBase() {
        long oldest = lastCompleted;
        for (final Referrer referrer : checkpoints.values()) {
            if (referrer.pending) {
                oldest = Math.min(oldest, referrer.base);
            }
        }
        return oldest;
    }

    /** True for a file that is referred to, or known and may be. */
    boolean knows(final UUID file) {
        return files.containsKey(file);
    }

    int fileCount() {
        return files.size();
    }
}
