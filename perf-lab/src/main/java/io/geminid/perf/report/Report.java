package io.geminid.perf.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything one invocation measured.
 *
 * @param schema name and version of this layout
 * @param command which command
 * @param commit what was measured, or {@code "unknown"}
 * @param environment where
 * @param noise why the figures should not be trusted; absent if the machine was quiet
 * @param runs a line for each subject and case
 * @param ratios a line for each pair of subjects, case and metric
 */
@JsonPropertyOrder({"schema", "command", "commit", "environment", "noise", "runs", "ratios"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Report(
        String schema,
        String command,
        String commit,
        Environment environment,
        String noise,
        List<Run> runs,
        List<Ratio> ratios) {

    /** Name and version of the layout. */
    public static final String SCHEMA = "geminid.perf/1";

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * Writes the report for programs.
     *
     * @param file replaced if it exists
     * @throws IOException if it cannot be written
     */
    public void writeJson(final Path file) throws IOException {
        JSON.writeValue(file.toFile(), this);
    }
}
