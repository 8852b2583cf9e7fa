package io.geminid.state.gemini.snapshot;

import io.geminid.state.checkpoint.StateHandle;

/**
 * Records of some epochs, by key group and within a group in the order of the log.
 *
 * <pre>
 * records of key group a | of b | ... | { group (4), bytes (8) } for each | groups (4)
 * </pre>
 *
 * @param handle where it is
 * @param after it has epochs later than this
 * @param last up to this one
 */
record SnapshotFile(StateHandle handle, int after, int last) {

    static final int ENTRY_BYTES = Integer.BYTES + Long.BYTES;
    static final int TRAILER_BYTES = Integer.BYTES;
}
