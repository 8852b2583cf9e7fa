/**
 * The files of a stored partition: one data file and one index file, and the rules by which they
 * become visible.
 *
 * <p>Start at {@link io.geminid.shuffle.sortmerge.format.PartitionIndex}, which draws both files.
 * {@link io.geminid.shuffle.sortmerge.format.PartitionFiles} names them and publishes them; {@link
 * io.geminid.shuffle.sortmerge.format.BlockHeader} is in front of every block.
 *
 * <p>All numbers in files are little-endian. Whatever is read is taken for hostile: lengths, counts
 * and offsets are checked before anything is allocated. Imports {@code shuffle.descriptor} and
 * {@code shuffle.event}. Sizes are in bytes.
 */
package io.geminid.shuffle.sortmerge.format;
