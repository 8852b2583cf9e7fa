/**
 * Snapshots of the store in Flink's own handles, and back.
 *
 * <p>Start at {@link io.geminid.flink.state.checkpoint.GeminiCheckpoints}. A checkpoint is an
 * {@code IncrementalRemoteKeyedStateHandle}: its shared files are those that the store writes, its
 * meta data ({@link io.geminid.flink.state.checkpoint.CheckpointMeta}) say what is in them. A
 * canonical savepoint is written by Flink itself out of {@link
 * io.geminid.flink.state.checkpoint.CanonicalSnapshot}.
 *
 * <pre>
 * task thread    seal the log --> StoreSnapshot
 * another        StoreSnapshot --> blocks with checksums --> Flink's streams --> handles
 * </pre>
 *
 * <p>Imports Flink, {@code state} and {@code state.checkpoint}.
 */
package io.geminid.flink.state.checkpoint;
