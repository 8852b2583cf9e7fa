package io.geminid.state.checkpoint;

import java.io.IOException;

/**
 * Stored bytes are not what was written. Says which file, where in it, and what is wrong; nothing
 * of the damaged part has been handed out.
 */
public final class CorruptStateException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The damaged file. */
    private final String file;

    /** First byte of the damaged part in the physical file. */
    private final long offset;

    /**
     * Describes a damage.
     *
     * @param file name within the storage
     * @param offset first byte of the damaged part in the physical file
     * @param reason what is wrong, as {@code name=value}
     */
    public CorruptStateException(final String file, final long offset, final String reason) {
        super("file=" + file + " offset=" + offset + ": " + reason);
        this.file = file;
        this.offset = offset;
    }

    /**
     * The damaged file.
     *
     * @return name within the storage
     */
    public String file() {
        return file;
    }

    /**
     * Where the damage begins.
     *
     * @return offset in the physical file, in bytes
     */
    public long offset() {
        return offset;
    }
}
