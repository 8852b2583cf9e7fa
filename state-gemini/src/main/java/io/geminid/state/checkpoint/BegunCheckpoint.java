package io.geminid.state.checkpoint;

import java.util.Set;
import java.util.UUID;

/**
 * A checkpoint to be triggered. All parts belong into the message to the tasks.
 *
 * @param id its identity
 * @param base the completed checkpoint that snapshots may build on, or 0 for full snapshots
 * @param rewrite files that are mostly dead: a snapshot that can should write what it has in them
 *     anew instead of referring to them, so that they can be deleted
 */
public record BegunCheckpoint(CheckpointId id, long base, Set<UUID> rewrite) {

    /** Copies the set. */
    public BegunCheckpoint {
        if (base < 0 || base >= id.checkpoint()) {
            throw new IllegalArgumentException("checkpoint=" + id + " base=" + base);
        }
        rewrite = Set.copyOf(rewrite);
    }

    /**
     * One whose snapshots refer to nothing that was there before.
     *
     * @param id its identity
     * @return without a base
     */
    public static BegunCheckpoint full(final CheckpointId id) {
        return new BegunCheckpoint(id, 0, Set.of());
    }
}
