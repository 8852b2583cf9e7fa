package io.geminid.perf.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where a report was made; without it a figure means nothing.
 *
 * @param cpu model name
 * @param cores that the JVM sees
 * @param jdk version and vendor
 * @param kernel name and release
 * @param load average over the last minute, when the report was begun; -1 if unknown
 */
public record Environment(String cpu, int cores, String jdk, String kernel, double load) {

    /**
     * Looks at this machine.
     *
     * @return what it is
     */
    public static Environment here() {
        final double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return new Environment(
                cpuModel(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.vm.version") + " " + System.getProperty("java.vendor"),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Math.round(load * 100) / 100.0);
    }

    private static String cpuModel() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (final IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
