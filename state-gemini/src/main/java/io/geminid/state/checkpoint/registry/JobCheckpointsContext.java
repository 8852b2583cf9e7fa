package io.geminid.state.checkpoint.registry;

import io.geminid.state.checkpoint.blob.BlobStore;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What the coordinator's side of a job's checkpoints needs.
 *
 * @param blobs the storage
 * @param fileIds never gives an identity twice, in any process
 * @param deletions runs what deletes files, one after the other or not; may block
 * @param job whose checkpoints
 * @param attempt incarnation of the coordinator: larger than any before it
 * @param retainedMax completed checkpoints kept, 1 or more
 */
public record JobCheckpointsContext(
        BlobStore blobs,
        Supplier<UUID> fileIds,
        Executor deletions,
        UUID job,
        int attempt,
        int retainedMax) {

    /** Checks the numbers. */
    public JobCheckpointsContext {
        Objects.requireNonNull(blobs, "blobs");
        Objects.requireNonNull(fileIds, "fileIds");
        Objects.requireNonNull(deletions, "deletions");
        Objects.requireNonNull(job, "job");
        if (attempt < 0 || retainedMax < 1) {
            throw new IllegalArgumentException(
                    "attempt=" + attempt + " retainedMax=" + retainedMax);
        }
    }
}
