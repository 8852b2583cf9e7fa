package io.geminid.runtime.cluster.checkpoint;

import io.geminid.state.checkpoint.blob.BlobStore;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What a coordinator has for checkpoints.
 *
 * @param settings when and how
 * @param blobs where they are; {@code null} if there are none
 * @param fileIds never gives an identity twice, in any process
 * @param io runs what blocks on files
 */
public record CheckpointStore(
        CheckpointSettings settings, BlobStore blobs, Supplier<UUID> fileIds, Executor io) {}
