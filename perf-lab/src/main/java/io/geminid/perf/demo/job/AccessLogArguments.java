package io.geminid.perf.demo.job;

import io.geminid.runtime.api.JobArguments;
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
public record AccessLogArguments(
        List<Path> input,
        long records,
        int loop,
        long shiftSeconds,
        Path output,
        boolean failOnMalformed,
        int parallelism) {

    private static final String INPUT = "input";
    private static final String RECORDS = "records";
    private static final String LOOP = "loop";
    private static final String SHIFT_SECONDS = "shift-seconds";
    private static final String OUTPUT = "output";
    private static final String FAIL_ON_MALFORMED = "fail-on-malformed";
    private static final String PARALLELISM = "parallelism";

    public List<String> toStrings() {
        final List<String> strings = new ArrayList<>();
        strings.addAll(List.of("--" + RECORDS, Long.toString(records)));
        strings.addAll(List.of("--" + LOOP, Integer.toString(loop)));
        strings.addAll(List.of("--" + SHIFT_SECONDS, Long.toString(shiftSeconds)));
        strings.addAll(List.of("--" + OUTPUT, output.toAbsolutePath().toString()));
        strings.addAll(List.of("--" + PARALLELISM, Integer.toString(parallelism)));
        if (failOnMalformed) {
            strings.add("--" + FAIL_ON_MALFORMED);
        }
        strings.add("--" + INPUT);
        input.forEach(file -> strings.add(file.toAbsolutePath().toString()));
        return strings;
    }

    public static AccessLogArguments parse(final JobArguments arguments) {
        return new AccessLogArguments(
                arguments.all(INPUT).stream().map(Path::of).toList(),
                arguments.optional(RECORDS, 0),
                (int) arguments.optional(LOOP, 1),
                arguments.optional(SHIFT_SECONDS, 0),
                Path.of(arguments.required(OUTPUT)),
                arguments.has(FAIL_ON_MALFORMED),
                (int) arguments.optional(PARALLELISM, 1));
    }
}
