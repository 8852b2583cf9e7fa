/**
 * Snapshots of a store: what the task thread begins and another thread writes.
 *
 * <p>Start at {@link io.geminid.state.snapshot.StoreSnapshot}; {@link
 * io.geminid.state.StateStore#snapshot} makes one. Imports the files and parts of {@code
 * io.geminid.state.checkpoint}, no store.
 */
package io.geminid.state.snapshot;
