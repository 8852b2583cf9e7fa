package io.geminid.perf.demo;

import io.geminid.perf.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the demo reads, looked at before anything is started. */
final class DemoInput {

    private DemoInput() {}

    /**
     * Refuses what cannot be read.
     *
     * @throws CommandFailure names the first path that is not a readable file
     */
    static void check(final List<Path> files) {
        for (final Path file : files) {
            if (!Files.exists(file)) {
                throw new CommandFailure("input " + file + " does not exist");
            }
            if (!Files.isRegularFile(file)) {
                throw new CommandFailure(
                        "input " + file + " is not a file; name the files in it one by one");
            }
            if (!Files.isReadable(file)) {
                throw new CommandFailure("input " + file + " may not be read by this user");
            }
        }
    }

    /** Larger input is not computed a second time in this process. */
    static final long COMPARED_BYTES_MAX = 1L << 30;

    /** Bytes of all files. */
    static long bytes(final List<Path> files) {
        long bytes = 0;
        for (final Path file : files) {
            try {
                bytes += Files.size(file);
            } catch (final IOException e) {
                throw unreadable(file, e);
            }
        }
        return bytes;
    }

    private static CommandFailure unreadable(final Path file, final IOException e) {
        return new CommandFailure("input " + file + " cannot be read: " + e.getMessage(), e);
    }
}
