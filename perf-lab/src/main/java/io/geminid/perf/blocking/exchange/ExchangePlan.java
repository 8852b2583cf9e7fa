package io.geminid.perf.blocking.exchange;

import java.nio.file.Path;
import java.util.List;

/**
 * How large an exchange is, and where.
 *
 * @param directory for files; there and empty
 * @param tasks producers, and later as many consumers
 * @param subpartitions of each producer's partition
 * @param recordBytes size of a record
 * @param recordsPerTask of each producer
 * @param sortBytes memory in which one producer sorts
 * @param compression {@code none} or {@code lz4}
 * @param durable whether what was written is forced to the disk
 */
public record ExchangePlan(
        Path directory,
        int tasks,
        int subpartitions,
        int recordBytes,
        long recordsPerTask,
        long sortBytes,
        String compression,
        boolean durable) {

    /** No compression. */
    public static final String UNCOMPRESSED = "none";

    /**
     * Reads what {@link #arguments} made.
     *
     * @param arguments of a child
     * @return the same plan
     */
    public static ExchangePlan parse(final String... arguments) {
        int at = 0;
        return new ExchangePlan(
                Path.of(arguments[at++]),
                Integer.parseInt(arguments[at++]),
                Integer.parseInt(arguments[at++]),
                Integer.parseInt(arguments[at++]),
                Long.parseLong(arguments[at++]),
                Long.parseLong(arguments[at++]),
                arguments[at++],
                Boolean.parseBoolean(arguments[at]));
    }

    /**
     * The plan as a child's arguments.
     *
     * @return words without blanks
     */
    public List<String> arguments() {
        return List.of(
                directory.toString(),
                Integer.toString(tasks),
                Integer.toString(subpartitions),
                Integer.toString(recordBytes),
                Long.toString(recordsPerTask),
                Long.toString(sortBytes),
                compression,
                Boolean.toString(durable));
    }

    /**
     * Whether blocks are compressed.
     *
     * @return false if bytes are stored as they are
     */
    public boolean isCompressed() {
        return !compression.equals(UNCOMPRESSED);
    }

    /**
     * Bytes of all records.
     *
     * @return what throughput is counted in, whatever is stored
     */
    public long bytes() {
        return tasks * recordsPerTask * recordBytes;
    }

    /**
     * What all consumers must have read together.
     *
     * @return the sum over all records
     */
    public Tally expected() {
        final long records = tasks * recordsPerTask;
        return new Tally(records, records * (records - 1) / 2, records * recordBytes, 0);
    }

    /**
     * The same elsewhere.
     *
     * @param other directory
     * @return a changed copy
     */
    public ExchangePlan in(final Path other) {
        return new ExchangePlan(
                other,
                tasks,
                subpartitions,
                recordBytes,
                recordsPerTask,
                sortBytes,
                compression,
                durable);
    }

    /**
     * The same, forced to the disk.
     *
     * @return a changed copy
     */
    public ExchangePlan forced() {
        return new ExchangePlan(
                directory,
                tasks,
                subpartitions,
                recordBytes,
                recordsPerTask,
                sortBytes,
                compression,
                true);
    }
}
