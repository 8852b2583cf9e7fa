package io.geminid.shuffle.descriptor;

import java.util.Objects;

/**
 * What one channel of a gate reads.
 *
 * @param descriptor where the partition is, or {@code null} if not known yet
 * @param subpartitions of the partition; several only of one that is stored
 */
public record SubpartitionSource(ShuffleDescriptor descriptor, SubpartitionRange subpartitions) {

    /** Checks that it is known what to read. */
    public SubpartitionSource {
        Objects.requireNonNull(subpartitions, "subpartitions");
    }

    /**
     * One subpartition.
     *
     * @param descriptor where the partition is, or {@code null} if not known yet
     * @param subpartition index within the partition
     */
    public SubpartitionSource(final ShuffleDescriptor descriptor, final int subpartition) {
        this(descriptor, SubpartitionRange.of(subpartition));
    }
}
