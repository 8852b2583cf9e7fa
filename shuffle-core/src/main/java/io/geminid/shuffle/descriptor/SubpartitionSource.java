package io.geminid.shuffle.descriptor;

/**
 * What one channel of a gate reads.
 *
 * @param descriptor where the partition is, or {@code null} if not known yet
 * @param subpartition index within the partition
 */
public record SubpartitionSource(ShuffleDescriptor descriptor, int subpartition) {}
