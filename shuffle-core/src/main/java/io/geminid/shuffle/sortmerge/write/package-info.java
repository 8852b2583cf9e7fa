/**
 * Writes partitions to disk: records are sorted by subpartition where they are serialized to, and
 * leave memory in regions.
 *
 * <p>Start at {@link io.geminid.shuffle.sortmerge.write.SortMergeResultPartition}. {@code
 * SortBuffer} holds the open regions' chains of chunks, {@code ChunkMemory} the segments they are
 * cut from, {@code RegionWriter} puts a sealed region into the file.
 *
 * <p>The task's thread fills, one thread of an executor writes; a chunk belongs to one of them.
 * Imports {@code memory}, {@code serial}, {@code shuffle.descriptor}, {@code shuffle.event}, {@code
 * shuffle.partition} and {@code sortmerge.format}. Sizes are in bytes.
 */
package io.geminid.shuffle.sortmerge.write;
