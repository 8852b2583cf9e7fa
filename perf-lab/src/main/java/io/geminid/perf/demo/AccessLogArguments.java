package io.geminid.perf.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of {@link AccessLogProgram}, which travel to the workers as text.
 *
 * @param input files to read; if empty, lines are generated
 * @param records lines to generate
 * @param loop how often the input is read
 * @param shiftSeconds how much later in event time each repetition of the input is
 * @param output directory for the part files
 * @param failOnMalformed whether a line that is not understood ends the job
 * @param parallelism subtasks of each operator
 */
record AccessLogArguments(
        List<Path> input,
        long records,
        int loop,
        long shiftSeconds,
        Path output,
        boolean failOnMalformed,
        int parallelism) {

    private static final int FIXED = 6;

    List<String> toStrings() {
        final List<String> strings =
                new ArrayList<>(
                        List.of(
                                Long.toString(records),
                                Integer.toString(loop),
                                Long.toString(shiftSeconds),
                                output.toAbsolutePath().toString(),
                                Boolean.toString(failOnMalformed),
                                Integer.toString(parallelism)));
        input.forEach(file -> strings.add(file.toAbsolutePath().toString()));
        return strings;
    }

    static AccessLogArguments parse(final List<String> strings) {
        return new AccessLogArguments(
                strings.subList(FIXED, strings.size()).stream().map(Path::of).toList(),
                Long.parseLong(strings.get(0)),
                Integer.parseInt(strings.get(1)),
                Long.parseLong(strings.get(2)),
                Path.of(strings.get(3)),
                Boolean.parseBoolean(strings.get(4)),
                Integer.parseInt(strings.get(5)));
    }
}
