package io.geminid.perf.blocking.exchange;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process used for one half of an exchange.
 *
 * @param wallNs time it took
 * @param cpuNs processor time of all its threads
 * @param writtenBytes handed to the system by writing; -1 where it does not say
 */
public record ExchangeSample(long wallNs, long cpuNs, long writtenBytes) {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final Path IO = Path.of("/proc/self/io");
    private static final String WRITTEN = "wchar: ";

    /** What this process has used since it began. */
    static ExchangeSample now() throws IOException {
        return new ExchangeSample(System.nanoTime(), SYSTEM.getProcessCpuTime(), written());
    }

    private static long written() throws IOException {
        if (!Files.isReadable(IO)) {
            return -1;
        }
        for (final String line : Files.readAllLines(IO)) {
            if (line.startsWith(WRITTEN)) {
                return Long.parseLong(line.substring(WRITTEN.length()).trim());
            }
        }
        return -1;
    }

    ExchangeSample since(final ExchangeSample before) {
        return new ExchangeSample(
                wallNs - before.wallNs,
                cpuNs - before.cpuNs,
                writtenBytes < 0 ? -1 : writtenBytes - before.writtenBytes);
    }

    /**
     * Reads a child's answer.
     *
     * @param answer as {@link #toString} makes it
     * @return the same
     */
    public static ExchangeSample parse(final String answer) {
        final String[] words = answer.split(" ");
        return new ExchangeSample(
                Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
    }

    @Override
    public String toString() {
        return wallNs + " " + cpuNs + " " + writtenBytes;
    }
}
