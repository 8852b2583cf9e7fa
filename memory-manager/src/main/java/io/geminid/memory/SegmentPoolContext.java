package io.geminid.memory;

import io.geminid.config.ConfigException;
import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.config.Units;
import io.geminid.memory.alloc.DirectSlabAllocator;
import io.geminid.memory.alloc.HugePageSlabAllocator;
import io.geminid.memory.alloc.HugePages;
import io.geminid.memory.alloc.SlabAllocator;
import io.geminid.memory.debug.DebugLevel;
import java.util.List;
import java.util.Objects;

/**
 * Sizes of a {@link SegmentPool}.
 *
 * @param segmentBytes size of each segment: a power of two, {@value #SEGMENT_BYTES_MIN} or more
 * @param slabBytes memory got and registered at once: a multiple of {@code segmentBytes}
 * @param maxBytes hard cap, rounded down to whole slabs
 * @param debug extra checks
 * @param allocator where slabs come from
 */
public record SegmentPoolContext(
        int segmentBytes, int slabBytes, long maxBytes, DebugLevel debug, SlabAllocator allocator) {
    /** Smallest segment: a page, so that no two segments share one. */
    public static final int SEGMENT_BYTES_MIN = 4096;

    /**
     * Largest slab: offsets in a slab are ints, and one registration should not stall a task for
     * seconds.
     */
    public static final int SLAB_BYTES_MAX = 1 << 30;

    /** Size of each segment. */
    public static final ConfigKey<Long> SEGMENT_BYTES =
            ConfigKey.bytes(
                    "geminid.memory.segment-bytes",
                    "32kb",
                    SEGMENT_BYTES_MIN,
                    16 << 20,
                    "Size of each segment, a power of two.");

    /** Memory got and registered at once. */
    public static final ConfigKey<Long> SLAB_BYTES =
            ConfigKey.bytes(
                    "geminid.memory.slab-bytes",
                    "4mb",
                    SEGMENT_BYTES_MIN,
                    SLAB_BYTES_MAX,
                    "Memory got from the system and registered with the NIC at once, a multiple of"
                            + " segment-bytes.");

    /** Hard cap of the pool. */
    public static final ConfigKey<Long> MAX_BYTES =
            ConfigKey.bytes(
                    "geminid.memory.max-bytes",
                    "256mb",
                    SEGMENT_BYTES_MIN,
                    1L << 42,
                    "Hard cap of all segments together, rounded down to whole slabs.");

    /** Whether reserved huge pages are used. */
    public static final ConfigKey<HugePages> HUGE_PAGES =
            ConfigKey.choice(
                    "geminid.memory.huge-pages",
                    HugePages.AUTO,
                    "Use huge pages reserved by the host when they cover max-bytes.");

    /** Extra checks. */
    public static final ConfigKey<DebugLevel> DEBUG =
            ConfigKey.choice(
                    "geminid.memory.debug",
                    DebugLevel.OFF,
                    "Extra checks: stacks remembers who took each segment, poison also finds use of"
                            + " closed memory.");

    /** All keys of this module. */
    public static final List<ConfigKey<?>> KEYS =
            List.of(SEGMENT_BYTES, SLAB_BYTES, MAX_BYTES, HUGE_PAGES, DEBUG);

    /**
     * Checks the sizes.
     *
     * @throws ConfigException names key, value and range
     */
    public SegmentPoolContext {
        Objects.requireNonNull(debug, "debug");
        Objects.requireNonNull(allocator, "allocator");
        if (Integer.bitCount(segmentBytes) != 1 || segmentBytes < SEGMENT_BYTES_MIN) {
            throw new ConfigException(
                    SEGMENT_BYTES
                            + "="
                            + segmentBytes
                            + " must be a power of two >= "
                            + SEGMENT_BYTES_MIN);
        }
        if (slabBytes < segmentBytes
                || slabBytes % segmentBytes != 0
                || slabBytes > SLAB_BYTES_MAX) {
            throw new ConfigException(
                    SLAB_BYTES
                            + "="
                            + slabBytes
                            + " must be a multiple of "
                            + SEGMENT_BYTES
                            + "="
                            + segmentBytes
                            + " range="
                            + segmentBytes
                            + ".."
                            + SLAB_BYTES_MAX);
        }
        if (maxBytes < slabBytes || maxBytes / segmentBytes > Integer.MAX_VALUE) {
            throw new ConfigException(
                    MAX_BYTES
                            + "="
                            + maxBytes
                            + " must hold "
                            + SLAB_BYTES
                            + "="
                            + slabBytes
                            + " at least once and at most "
                            + Integer.MAX_VALUE
                            + " segments of "
                            + segmentBytes);
        }
    }

    /**
     * Sizes and allocator as configured.
     *
     * @param properties may leave every key at its default
     * @return the checked context
     * @throws ConfigException when sizes do not fit each other
     */
    public static SegmentPoolContext from(final GeminidProperties properties) {
        final int slabBytes = Math.toIntExact(properties.get(SLAB_BYTES));
        final long maxBytes = properties.get(MAX_BYTES);
        return new SegmentPoolContext(
                Math.toIntExact(properties.get(SEGMENT_BYTES)),
                slabBytes,
                maxBytes,
                properties.get(DEBUG),
                HugePageSlabAllocator.choose(
                        properties.get(HUGE_PAGES), slabBytes, (int) (maxBytes / slabBytes)));
    }

    /**
     * Default sizes under a cap, out of ordinary direct memory.
     *
     * @param maxBytes hard cap; a cap below one default slab makes the slab smaller
     * @return the checked context
     */
    public static SegmentPoolContext ofMaxBytes(final long maxBytes) {
        final int segmentBytes = Math.toIntExact(SEGMENT_BYTES.parse(SEGMENT_BYTES.defaultText()));
        final long slabBytes = SLAB_BYTES.parse(SLAB_BYTES.defaultText());
        final long fitting = Math.min(slabBytes, maxBytes / segmentBytes * segmentBytes);
        return new SegmentPoolContext(
                segmentBytes, (int) fitting, maxBytes, DebugLevel.OFF, new DirectSlabAllocator());
    }

    /**
     * The same with other extra checks.
     *
     * @param level extra checks
     * @return a changed copy
     */
    public SegmentPoolContext withDebug(final DebugLevel level) {
        return new SegmentPoolContext(segmentBytes, slabBytes, maxBytes, level, allocator);
    }

    /**
     * Segments cut from each slab.
     *
     * @return 1 or more
     */
    public int segmentsPerSlab() {
        return slabBytes / segmentBytes;
    }

    /**
     * Segments at the cap.
     *
     * @return a multiple of {@link #segmentsPerSlab()}
     */
    public int capacity() {
        return slabCount() * segmentsPerSlab();
    }

    /**
     * Slabs at the cap.
     *
     * @return 1 or more
     */
    public int slabCount() {
        return Math.toIntExact(maxBytes / slabBytes);
    }

    /**
     * The smallest cap that holds this many segments.
     *
     * @param segmentCount 0 or more
     * @return bytes, a multiple of {@code slabBytes}
     */
    long maxBytesFor(final long segmentCount) {
        final long slabs = (segmentCount + segmentsPerSlab() - 1) / segmentsPerSlab();
        return Math.multiplyExact(slabs, (long) slabBytes);
    }

    @Override
    public String toString() {
        return "segmentBytes="
                + segmentBytes
                + " slabBytes="
                + slabBytes
                + " maxBytes="
                + Units.bytesText(maxBytes)
                + " debug="
                + debug
                + " allocator="
                + allocator.description();
    }
}
