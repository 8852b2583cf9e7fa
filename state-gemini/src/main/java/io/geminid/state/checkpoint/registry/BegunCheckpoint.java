package io.geminid.state.checkpoint.registry;

import io.geminid.state.checkpoint.CheckpointId;
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
        rewrite = Set.copyOf(rewrite);
    }
}
