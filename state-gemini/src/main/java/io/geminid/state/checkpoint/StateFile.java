package io.geminid.state.checkpoint;

import java.util.Objects;
import java.util.UUID;

/**
 * A physical file of snapshots. Its identity is made for each upload anew and is never that of
 * another file, so two attempts that write "the same" state write two files.
 *
 * @param id identity, repeated in the file's header, footer and checksums
 * @param name where it is, relative to the root of the storage, with {@code /}
 * @param scope how long it lives
 */
public record StateFile(UUID id, String name, StateScope scope) {

    /** Longest name that is written or read back. */
    public static final int NAME_BYTES_MAX = 512;

    /** Checks that all is there. */
    public StateFile {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(scope, "scope");
        if (name.isEmpty() || name.length() > NAME_BYTES_MAX) {
            throw new IllegalArgumentException("nameLength=" + name.length() + " name=" + name);
        }
    }
}
