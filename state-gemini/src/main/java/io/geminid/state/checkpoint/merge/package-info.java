/**
 * Few files for many ranges: subtasks of one process share physical files.
 *
 * <p>Start at {@link io.geminid.state.checkpoint.merge.MergingCheckpointStorage}. A range that
 * stays small is kept in memory until it is finished and then appended to the file that the process
 * writes for the checkpoint; a large one gets a file of its own at once. What that costs: a shared
 * file lives until its last range is dead. The coordinator says which files are mostly dead ({@link
 * io.geminid.state.checkpoint.BegunCheckpoint#rewrite}), and a store that writes such ranges anew
 * keeps the storage within twice what is alive.
 *
 * <p>Imports the packages beside it. Sizes are in bytes.
 */
package io.geminid.state.checkpoint.merge;
