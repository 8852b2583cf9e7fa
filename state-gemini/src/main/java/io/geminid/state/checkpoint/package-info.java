/**
 * Snapshots as files: how a store's bytes get into a checkpoint, and out of it again.
 *
 * <p>Start at {@link io.geminid.state.checkpoint.CheckpointStorage}. A subtask writes through a
 * {@link io.geminid.state.checkpoint.SnapshotWriter}, keeps {@link
 * io.geminid.state.checkpoint.StateHandle}s, and reads them back by range through a {@link
 * io.geminid.state.checkpoint.StateInput}. What a whole checkpoint consists of is in {@link
 * io.geminid.state.checkpoint.manifest}; the coordinator completes, finds and deletes checkpoints
 * in {@link io.geminid.state.checkpoint.storage}.
 *
 * <h2>Layout of a checkpoint directory</h2>
 *
 * <pre>
 * root/
 *   JOB/                          the job's UUID
 *     numbers/
 *       0000000000000100-2        numbers up to 100 are taken, says incarnation 2
 *     shared/
 *       0000000000000005-2-FILE.state    written for checkpoint 5, may outlive it; FILE is a UUID
 *     chk-0000000000000007-2/     checkpoint 7, asked for by the coordinator's incarnation 2
 *       FILE.state                lives as long as checkpoint 7
 *       manifest                  written last: a checkpoint without it was never completed
 * </pre>
 *
 * A name that ends in {@code .part} is being written, or was when its writer died; it is never
 * read. Names are never used twice. Every file begins with magic, version and identity, and has a
 * CRC32C for each block: see {@link io.geminid.state.checkpoint.format}.
 *
 * <p>Imports nothing of the stores and nothing of the other modules but {@code serial}. Clock,
 * identities, executors and disk come by constructor. Sizes and offsets are in bytes.
 */
package io.geminid.state.checkpoint;
