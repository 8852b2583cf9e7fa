package io.geminid.perf.demo.log;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Questions about whole log files, asked outside the job. */
public final class LogFiles {

    private static final int BLOCK_BYTES = 1 << 16;

    private LogFiles() {}

    /**
     * How much event time files cover.
     *
     * @param files access logs
     * @return seconds from the earliest request of all files to the latest; 0 if there is none
     * @throws IOException if a file cannot be read
     */
    public static long spanSeconds(final List<Path> files) throws IOException {
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
            }
        }
        return last < first ? 0 : last - first;
    }

    /**
     * Finds out in which line a byte is.
     *
     * @param file a text
     * @param offset of the byte
     * @return from 1 on
     * @throws IOException if the file cannot be read
     */
    public static long lineAt(final Path file, final long offset) throws IOException {
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
}
