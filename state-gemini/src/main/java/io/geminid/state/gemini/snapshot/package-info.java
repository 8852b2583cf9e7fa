/**
 * Snapshots of the Gemini store: what a completed one has is referred to, what was written since is
 * uploaded.
 *
 * <p>Start at {@link io.geminid.state.gemini.snapshot.GeminiSnapshots}; {@link
 * io.geminid.state.gemini.snapshot.GeminiRestore} is the way back. Sizes are in bytes.
 *
 * <p>Imports {@code serial}, {@code state}, {@code state.checkpoint} and {@code state.gemini}'s
 * packages.
 */
package io.geminid.state.gemini.snapshot;
