package io.geminid.runtime.cluster.checkpoint;

import io.geminid.state.checkpoint.CheckpointId;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * Somebody wants a checkpoint now.
 *
 * @param isSavepoint whether it is to be kept by itself, under an identity of its own, until the
 *     user deletes it
 * @param result completes with the identity to start from; exceptionally with the reason
 */
public record CheckpointRequest(boolean isSavepoint, CompletableFuture<CheckpointId> result) {

    /** Savepoints hold no data in flight, so that they fit any other graph of the operators. */
    boolean mayKeepInFlight() {
        return !isSavepoint;
    }

    void complete(final CheckpointId kept) {
        result.complete(kept);
    }

    void fail(final String reason) {
        result.completeExceptionally(new IOException("checkpoint not taken: " + reason));
    }
}
