package io.geminid.verbs.info;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How much memory this process may lock, which is how much it can register with a device.
 *
 * @param softBytes what is enforced; {@link Long#MAX_VALUE} for unlimited
 * @param hardBytes how far the process itself may raise it; {@link Long#MAX_VALUE} for unlimited
 */
public record MemoryLock(long softBytes, long hardBytes) {

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String PREFIX = "Max locked memory";

    /**
     * Reads the limit as it is now: it can be changed from outside while the process runs.
     *
     * @return the limit
     * @throws IOException if the kernel's list cannot be read or has no such line
     */
    public static MemoryLock current() throws IOException {
        return parse(Files.readAllLines(LIMITS));
    }

    static MemoryLock parse(List<String> lines) throws IOException {
        for (String line : lines) {
            if (line.startsWith(PREFIX)) {
                String[] words = line.substring(PREFIX.length()).trim().split("\\s+");
                return new MemoryLock(bytes(words[0]), bytes(words[1]));
            }
        }
        throw new IOException("file=" + LIMITS + " has no line \"" + PREFIX + "\"");
    }

    private static long bytes(String word) {
        return word.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(word);
    }

    /**
     * Whether that much can be registered, and if not, why and what to do.
     *
     * @param neededBytes what the caller is going to register altogether
     * @return empty if it fits, else one line that names need, limit and remedy
     */
    public String shortage(long neededBytes) {
        if (neededBytes <= softBytes) {
            return "";
        }
        String remedy =
                neededBytes <= hardBytes
                        ? "ulimit -l " + (neededBytes + 1023) / 1024
                        : "LimitMEMLOCK=infinity in the service's unit, or memlock in"
                                + " /etc/security/limits.conf";
        return "neededBytes=%d memlockSoftBytes=%d memlockHardBytes=%d fix=\"%s\""
                .formatted(neededBytes, softBytes, hardBytes, remedy);
    }
}
