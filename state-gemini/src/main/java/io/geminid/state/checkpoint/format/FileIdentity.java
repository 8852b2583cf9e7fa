package io.geminid.state.checkpoint.format;

import io.geminid.state.checkpoint.CheckpointId;
import java.util.Objects;
import java.util.UUID;

/**
 * What tells a file from all others; stands in its header and goes into each of its checksums.
 *
 * @param kind what it holds
 * @param file made for this upload
 * @param writtenFor the checkpoint it was written for
 */
public record FileIdentity(FileKind kind, UUID file, CheckpointId writtenFor) {

    /** Checks that all is there. */
    public FileIdentity {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(writtenFor, "writtenFor");
    }
}
