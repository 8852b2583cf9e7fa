/**
 * Looks at every byte of stored checkpoints and says what is damaged.
 *
 * <p>Start at {@link io.geminid.state.checkpoint.verify.CheckpointVerifier}. It only reads.
 *
 * <p>Imports the packages beside it. Sizes and offsets are in bytes.
 */
package io.geminid.state.checkpoint.verify;
