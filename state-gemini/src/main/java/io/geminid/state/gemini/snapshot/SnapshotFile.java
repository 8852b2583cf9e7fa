package io.geminid.state.gemini.snapshot;

import io.geminid.state.KeyGroupRange;
import io.geminid.state.checkpoint.StateHandle;

/**
 * Records of some epochs, by key group. Within a key group timers come first; timers, and all
 * others, are in the order of the log.
 *
 * <pre>
 * key group a: timers, others | key group b: timers, others | ...
 *   | { group (4), bytes of timers (8), bytes of others (8) } for each | groups (4)
 * </pre>
 *
 * @param handle where it is
 * @param after it has epochs later than this
 * @param last up to this one
 * @param groups what counts of it; after a change of parallelism a file has more, which is not the
 *     store's or no longer true
 * @param bytes of these
 * @param logBytes what its records took in the log when they were written; 0: nobody knows
 */
record SnapshotFile(
        StateHandle handle, int after, int last, KeyGroupRange groups, long bytes, long logBytes) {

    static final int ENTRY_BYTES = Integer.BYTES + 2 * Long.BYTES;
    static final int TRAILER_BYTES = Integer.BYTES;
}
