package io.geminid.perf.demo;

import io.geminid.perf.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the demo reads, looked at before anything is started. */
final class DemoInput {

    private static final int BLOCK_BYTES = 1 << 16;

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

    /** Seconds from the earliest request of all files to the latest; 0 if there is none. */
    static long spanSeconds(final List<Path> files) {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        final AccessLogParser parser = new AccessLogParser();
        for (final Path file : files) {
            try (BufferedReader lines = open(file)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    try {
                        final long second = parser.parse(line).epochSecond();
                        first = Math.min(first, second);
                        last = Math.max(last, second);
                    } catch (final MalformedLineException e) {
                        continue; // the job counts and reports it
                    }
                }
            } catch (final IOException e) {
                throw unreadable(file, e);
            }
        }
        return last < first ? 0 : last - first;
    }

    /**
     * Finds out in which line a byte is.
     *
     * @return from 1 on
     */
    static long lineAt(final Path file, final long offset) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            final byte[] block = new byte[BLOCK_BYTES];
            long line = 1;
            long left = offset;
            int read = in.read(block, 0, (int) Math.min(block.length, left));
            while (left > 0 && read > 0) {
                for (int i = 0; i < read; i++) {
                    line += block[i] == '\n' ? 1 : 0;
                }
                left -= read;
                read = in.read(block, 0, (int) Math.min(block.length, left));
            }
            return line;
        }
    }

    /** Not every log is UTF-8, and only ASCII matters here: every byte is a character. */
    private static BufferedReader open(final Path file) throws IOException {
        return new BufferedReader(
                new InputStreamReader(Files.newInputStream(file), StandardCharsets.ISO_8859_1));
    }

    private static CommandFailure unreadable(final Path file, final IOException e) {
        return new CommandFailure("input " + file + " cannot be read: " + e.getMessage(), e);
    }
}
