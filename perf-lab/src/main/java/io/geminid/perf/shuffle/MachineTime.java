package io.geminid.perf.shuffle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Processor time of the whole machine. What the system does for a stream in interrupts belongs to
 * no process, and a software NIC does most of its work there.
 */
final class MachineTime {

    private static final Path STAT = Path.of("/proc/stat");
    private static final long TICK_NS = 10_000_000;

    /** Columns of the line: the word, user, nice, system, idle, iowait, irq, softirq, steal. */
    private static final int[] BUSY = {1, 2, 3, 6, 7};

    private MachineTime() {}

    /** Time that processors were busy since the start; empty where the system does not say. */
    static OptionalLong busyNs() throws IOException {
        if (!Files.isReadable(STAT)) {
            return OptionalLong.empty();
        }
        final String[] columns = Files.readAllLines(STAT).get(0).trim().split("\\s+");
        long ticks = 0;
        for (final int column : BUSY) {
            ticks += Long.parseLong(columns[column]);
        }
        return OptionalLong.of(ticks * TICK_NS);
    }
}
