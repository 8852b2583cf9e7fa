/**
 * What a whole checkpoint consists of, and its bytes.
 *
 * <p>Start at {@link io.geminid.state.checkpoint.manifest.CheckpointManifest}: operators, their
 * subtasks, and for each subtask its {@link io.geminid.state.checkpoint.manifest.StatePart}s. A
 * subtask's acknowledgement carries a {@link io.geminid.state.checkpoint.manifest.SubtaskSnapshot},
 * in the bytes of {@link io.geminid.state.checkpoint.manifest.ManifestCodec}.
 *
 * <p>Imports the handles of the package above, key-group ranges, and {@code serial}. All types are
 * immutable.
 */
package io.geminid.state.checkpoint.manifest;
