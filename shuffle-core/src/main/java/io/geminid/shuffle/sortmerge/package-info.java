/**
 * Partitions that are written once, sorted by subpartition, and read as often as needed.
 *
 * <p>Start at {@link io.geminid.shuffle.sortmerge.SortMergeStore}: it makes partitions for tasks
 * ({@code write}), serves those that are published ({@code read}), and removes them. {@code format}
 * draws the files.
 *
 * <pre>
 *  task thread          records, serialized into chunks of their subpartition
 *      | seal           all that is in memory, when it is nearly full and the disk is idle
 *  disk thread          headers, checksums, compression; one gathering write per MiB
 *      | publish        force, rename: now readers can find it
 *  disk thread          blocks into segments, in the order of the file, for whoever has credit
 *      | poll
 *  connection or task   as any other subpartition view
 * </pre>
 *
 * <p>Imports {@code config}, {@code memory}, {@code shuffle}, {@code shuffle.descriptor} and {@code
 * shuffle.partition}. Sizes are in bytes.
 */
package io.geminid.shuffle.sortmerge;
