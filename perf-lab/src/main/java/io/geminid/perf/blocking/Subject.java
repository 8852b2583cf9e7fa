package io.geminid.perf.blocking;

import io.geminid.perf.blocking.exchange.DiskExchange;
import io.geminid.perf.blocking.exchange.GeminidExchange;
import java.util.List;

/** Who can be measured. */
enum Subject {
    /** Our sort-merge partitions. */
    GEMINID(GeminidExchange.class.getName(), false, true, true, List.of()),
    /** Flink's sort-merge shuffle; it never forces anything to the disk. */
    FLINK(
            "FlinkExchange",
            true,
            true,
            false,
            List.of("--add-opens=java.base/java.util=ALL-UNNAMED")),
    /** Spark's sort shuffle. */
    SPARK(
            "SparkExchange",
            true,
            true,
            false,
            List.of(
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
                    "--add-opens=java.base/java.io=ALL-UNNAMED",
                    "--add-opens=java.base/java.net=ALL-UNNAMED",
                    "--add-opens=java.base/java.nio=ALL-UNNAMED",
                    "--add-opens=java.base/java.util=ALL-UNNAMED",
                    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
                    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                    "--add-opens=java.base/sun.nio.cs=ALL-UNNAMED",
                    "--add-opens=java.base/sun.security.action=ALL-UNNAMED",
                    "--add-opens=java.base/sun.util.calendar=ALL-UNNAMED")),
    /** The same bytes, one after the other. */
    DISK(DiskExchange.class.getName(), false, false, true, List.of());

    private final String main;
    private final boolean foreign;
    private final boolean compresses;
    private final boolean forces;
    private final List<String> flags;

    Subject(
            final String main,
            final boolean foreign,
            final boolean compresses,
            final boolean forces,
            final List<String> flags) {
        this.main = main;
        this.foreign = foreign;
        this.compresses = compresses;
        this.forces = forces;
        this.flags = flags;
    }

    String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** What its process runs. */
    String main() {
        return main;
    }

    /** Whether its classes come from Maven. */
    boolean isForeign() {
        return foreign;
    }

    /** Of the JVM, beside those that all have. */
    List<String> flags() {
        return flags;
    }

    boolean can(final boolean compressed, final boolean durable) {
        return (compresses || !compressed) && (forces || !durable);
    }
}
