/**
 * Files for what does not fit into memory: blocks of bytes that live as long as their store.
 *
 * <p>Start at {@link io.geminid.state.gemini.spill.SpillFiles}. Nothing here outlives the process:
 * the checksum of each block is kept in memory, so that a block that is not what was written last
 * is never taken for it. Sizes are in bytes.
 *
 * <p>Imports nothing of ours.
 */
package io.geminid.state.gemini.spill;
