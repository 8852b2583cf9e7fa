package io.geminid.shuffle.sortmerge.format;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A stored partition cannot be read: a file of it is gone, short, or not what was written. The
 * reader is not to blame; {@link #partition} has to be produced again (INV B8).
 */
public final class PartitionDamagedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient ResultPartitionId partition;

    /**
     * @param partition what cannot be read; null if not even that can be told
     * @param file which of its files is wrong
     * @param detail what is wrong, as name=value
     * @param cause what the system said, or null
     */
    public PartitionDamagedException(
            final ResultPartitionId partition,
            final Path file,
            final String detail,
            final Throwable cause) {
        super("partition=" + partition + " file=" + file + " damaged: " + detail, cause);
        this.partition = partition;
    }

    /**
     * @return what has to be produced again; null if unknown
     */
    public ResultPartitionId partition() {
        return partition;
    }
}
