package io.geminid.state.snapshot;

/** What a snapshot may refer to. */
public enum SnapshotKind {
    /** Nothing that an earlier snapshot wrote. */
    FULL,
    /** Files of the last completed snapshot, if the store can; else the same as {@link #FULL}. */
    INCREMENTAL
}
