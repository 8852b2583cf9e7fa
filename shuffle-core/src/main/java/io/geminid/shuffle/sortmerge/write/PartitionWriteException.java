package io.geminid.shuffle.sortmerge.write;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A partition could not be written: the disk is full or broken. It is the producing task that
 * fails, of its own; nothing of the partition is ever visible.
 */
public final class PartitionWriteException extends UncheckedIOException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message names partition and file, and the key to change
     * @param cause what the system said
     */
    public PartitionWriteException(final String message, final IOException cause) {
        super(message, cause);
    }
}
