package io.geminid.memory.alloc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A mounted hugetlbfs that can hold a whole pool.
 *
 * @param directory where it is mounted
 * @param pageBytes size of its pages
 */
record HugePageMount(Path directory, long pageBytes) {
    /** What the search found: a mount, or the reason why there is none. */
    record Found(HugePageMount mount, String reason) {}

    /**
     * Searches the host.
     *
     * @param proc {@code /proc}
     * @param sys {@code /sys/kernel/mm}
     * @param slabBytes size of each slab
     * @param slabCount slabs at the cap
     */
    static Found find(final Path proc, final Path sys, final int slabBytes, final int slabCount) {
        String reason = "no hugetlbfs is mounted";
        for (final String line : read(proc.resolve("mounts")).split("\n")) {
            final String[] fields = line.split(" ");
            if (fields.length >= 4 && "hugetlbfs".equals(fields[2])) {
                final Path directory = Path.of(fields[1].replace("\\040", " "));
                final long pageBytes = pageBytes(fields[3]);
                final String refusal = refusal(directory, pageBytes, sys, slabBytes, slabCount);
                if (refusal.isEmpty()) {
                    return new Found(new HugePageMount(directory, pageBytes), "");
                }
                reason = "hugetlbfs=" + directory + " pageBytes=" + pageBytes + " " + refusal;
            }
        }
        return new Found(null, reason);
    }

    /** Free pages that no mapping has a claim on. */
    static long freePages(final Path sys, final long pageBytes) {
        final Path counters = sys.resolve("hugepages/hugepages-" + pageBytes / 1024 + "kB");
        return number(counters.resolve("free_hugepages"))
                - number(counters.resolve("resv_hugepages"));
    }

    /**
     * The kernel's mode of transparent huge pages.
     *
     * @return always, madvise, never or unknown
     */
    static String transparentMode(final Path sys) {
        final String modes = read(sys.resolve("transparent_hugepage/enabled"));
        final int from = modes.indexOf('[');
        final int to = modes.indexOf(']');
        return from >= 0 && to > from ? modes.substring(from + 1, to) : "unknown";
    }

    private static String refusal(
            final Path directory,
            final long pageBytes,
            final Path sys,
            final int slabBytes,
            final int slabCount) {
        if (!Files.isWritable(directory)) {
            return "is not writable";
        }
        if (pageBytes == 0 || slabBytes % pageBytes != 0) {
            return "does not divide slabBytes=" + slabBytes;
        }
        final long needed = slabBytes / pageBytes * slabCount;
        final long free = freePages(sys, pageBytes);
        return free < needed ? "has freePages=" + free + " of needed=" + needed : "";
    }

    private static long pageBytes(final String options) {
        for (final String option : options.split(",")) {
            if (option.matches("pagesize=[0-9]+[KMG]")) {
                final int end = option.length() - 1;
                final int shift = 10 * ("KMG".indexOf(option.charAt(end)) + 1);
                return Long.parseLong(option.substring("pagesize=".length(), end)) << shift;
            }
        }
        return 0;
    }

    private static long number(final Path file) {
        final String text = read(file).trim();
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    /** A host without the file has none of what it tells. */
    private static String read(final Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (final IOException e) {
            return "";
        }
    }
}
