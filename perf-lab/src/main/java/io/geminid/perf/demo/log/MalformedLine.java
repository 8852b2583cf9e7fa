package io.geminid.perf.demo.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a line is that was not understood, as it goes into the file of such lines: {@code
 * input,offset,reason}.
 *
 * @param input index of the input file; -1 for a generated line
 * @param offset its first byte; for a generated line its number
 * @param reason what is wrong
 */
public record MalformedLine(int input, long offset, String reason) {

    public static MalformedLine parse(final String line) {
        final String[] parts = line.split(",", 3);
        return new MalformedLine(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), parts[2]);
    }

    /**
     * With the name of the file and the number of the line, which a reader of byte ranges lacks.
     */
    public String describe(final List<Path> inputs) throws IOException {
        if (input < 0) {
            return "generated line " + offset + ": " + reason;
        }
        final Path file = inputs.get(input);
        return file + ":" + LogFiles.lineAt(file, offset) + ": " + reason;
    }

    /** The line that {@link #parse} reads. */
    @Override
    public String toString() {
        return input + "," + offset + "," + reason;
    }
}
