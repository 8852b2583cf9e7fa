package io.geminid.state.checkpoint;

import java.util.Objects;

/**
 * Where some bytes of a snapshot are: a range of a physical file that may hold many such ranges.
 * Small and immutable; travels in acknowledgements and manifests.
 *
 * @param file the physical file
 * @param offset first byte within the file's payload (not counting header and checksums)
 * @param length number of bytes, 0 or more
 */
public record StateHandle(StateFile file, long offset, long length) {

    /** Checks the range. */
    public StateHandle {
        Objects.requireNonNull(file, "file");
        if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException(
                    "offset=" + offset + " length=" + length + " file=" + file.name());
        }
    }
}
