package io.geminid.shuffle.sortmerge;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.shuffle.sortmerge.format.BlockCodec;
import java.nio.file.Path;
import java.util.List;

/**
 * How blocking partitions are written and read.
 *
 * @param directory where they are kept
 * @param sortBytes most memory in which one partition is sorted
 * @param codec how blocks are compressed
 * @param sync whether a published partition survives a crash of the machine
 * @param readSegments segments to read into, of a whole process
 */
public record SortMergeOptions(
        Path directory, long sortBytes, BlockCodec codec, boolean sync, int readSegments) {

    /** Where partitions are kept. */
    public static final ConfigKey<String> DIRECTORY =
            ConfigKey.text(
                    "geminid.shuffle.blocking.dir",
                    "",
                    "Where blocking partitions are kept; empty: geminid-shuffle in the directory"
                            + " for temporary files.");

    /** Directory of a shuffle service. */
    public static final ConfigKey<String> SERVICE_DIRECTORY =
            ConfigKey.text(
                    "geminid.shuffle.blocking.service-dir",
                    "",
                    "Directory of a shuffle service on this host: blocking partitions are written"
                            + " there, and served whatever becomes of this process.");

    /** Memory in which one partition is sorted. */
    public static final ConfigKey<Long> SORT_BYTES =
            ConfigKey.bytes(
                    "geminid.shuffle.blocking.sort-bytes",
                    "64mb",
                    1 << 16,
                    1 << 30,
                    "Most memory in which one blocking partition is sorted; a quarter of all"
                            + " segments at most.");

    /** How blocks are compressed. */
    public static final ConfigKey<BlockCodec> COMPRESSION =
            ConfigKey.choice(
                    "geminid.shuffle.blocking.compression",
                    BlockCodec.NONE,
                    "How blocks of blocking partitions are compressed, those that gain by it.");

    /** Whether files are forced to the disk. */
    public static final ConfigKey<Boolean> SYNC =
            ConfigKey.flag(
                    "geminid.shuffle.blocking.sync",
                    true,
                    "Force a blocking partition to the disk before it is published; false: it"
                            + " survives the end of processes, not of the machine.");

    /** Segments to read into. */
    public static final ConfigKey<Integer> READ_SEGMENTS =
            ConfigKey.integer(
                    "geminid.shuffle.blocking.read-segments",
                    64,
                    2,
                    65536,
                    "Segments that a process reads blocking partitions into, however many"
                            + " consumers there are; a quarter of them is guaranteed.");

    /** All keys of this record. */
    public static final List<ConfigKey<?>> KEYS =
            List.of(DIRECTORY, SERVICE_DIRECTORY, SORT_BYTES, COMPRESSION, SYNC, READ_SEGMENTS);

    /**
     * The options as configured.
     *
     * @param properties checked properties
     * @return the options
     */
    public static SortMergeOptions from(final GeminidProperties properties) {
        final String directory = properties.get(DIRECTORY);
        return new SortMergeOptions(
                directory.isEmpty()
                        ? Path.of(System.getProperty("java.io.tmpdir"), "geminid-shuffle")
                        : Path.of(directory),
                properties.get(SORT_BYTES),
                properties.get(COMPRESSION),
                properties.get(SYNC),
                properties.get(READ_SEGMENTS));
    }

    /**
     * The shuffle service of the host.
     *
     * @param properties checked properties
     * @return its directory; null if there is none
     */
    public static Path serviceDirectory(final GeminidProperties properties) {
        final String directory = properties.get(SERVICE_DIRECTORY);
        return directory.isEmpty() ? null : Path.of(directory);
    }

    /**
     * The same in another directory.
     *
     * @param other where to
     * @return a changed copy
     */
    public SortMergeOptions in(final Path other) {
        return new SortMergeOptions(other, sortBytes, codec, sync, readSegments);
    }

    /**
     * Segments without which a partition cannot be written at a useful pace.
     *
     * @param subpartitions of the partition
     * @param segmentBytes of the pool
     * @return a little for every subpartition, and a few to write from
     */
    public static int sortSegmentsMin(final int subpartitions, final int segmentBytes) {
        final long bytes = 1024L * (subpartitions + 1);
        return Math.toIntExact(Math.max(4, (bytes + segmentBytes - 1) / segmentBytes));
    }

    /**
     * The most that a partition takes.
     *
     * @param min it has this for sure
     * @param segmentBytes of the pool
     * @param capacity segments of the whole pool
     * @return as configured, and not so much that there is nothing left for others
     */
    int sortSegmentsMax(final int min, final int segmentBytes, final int capacity) {
        return (int) Math.max(min, Math.min(sortBytes / segmentBytes, capacity / 4));
    }

    /**
     * Segments that the reader of a process has for sure, once it has or reads blocking partitions.
     *
     * @param capacity segments of the whole pool
     * @return at least one
     */
    public int readSegmentsMin(final int capacity) {
        return Math.max(1, Math.min(readSegments, capacity) / 4);
    }
}
