/**
 * A worker's own copy of what it wrote, so that it need not be fetched after a failure.
 *
 * <p>Start at {@link io.geminid.state.checkpoint.local.LocalRecoveryStorage}. A copy is a hint and
 * nothing more: it stands for exactly one range of one remote file, whose identity is never used
 * twice, so it holds the right bytes whatever the parallelism and the key groups of the reader are,
 * or its checksums say that it does not, and then the remote bytes are read. Nothing is forced to
 * the disk, and no failure of the local disk fails a checkpoint.
 *
 * <p>Copied are all ranges, those of records in flight too, if they are written through this.
 *
 * <p>Imports the packages beside it. Sizes are in bytes.
 */
package io.geminid.state.checkpoint.local;
