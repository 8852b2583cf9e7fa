package io.geminid.perf.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geminid.perf.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command measures what it says, with sizes at which the figures mean nothing. */
class CheckpointCommandTest {

    @TempDir private Path directory;

    @Test
    void everySubjectIsSnapshottedAndRestored() throws IOException {
        final Path json = directory.resolve("report.json");
        final Path local = Files.createDirectory(directory.resolve("local"));
        final CommandRun run =
                CommandRun.of(
                        "perf", "checkpoint",
                        "--peers", "rocksdb,heap",
                        "--state", "200kb",
                        "--dirty", "10",
                        "--rounds", "2",
                        "--seconds", "0.01",
                        "--memory", "64mb",
                        "--directory", local.toString(),
                        "--json", json.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("syncMillis", "fewer than 3 runs");
        final JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("schema").asText()).isEqualTo("geminid.perf/1");
        final List<String> measured = new ArrayList<>();
        for (final JsonNode each : report.get("runs")) {
            measured.add(each.get("subject").asText() + " " + each.get("case").asText());
            assertThat(each.get("metrics")).isNotEmpty();
            for (final JsonNode metric : each.get("metrics")) {
                assertThat(metric.get("median").asDouble()).isNotNegative();
            }
        }
        assertThat(measured)
                .contains("rocksdb snapshot", "heap snapshot", "rocksdb restore", "heap restore")
                .doesNotHaveDuplicates();
        assertThat(report.get("ratios")).isNotEmpty();
        assertThat(local).isEmptyDirectory();
    }

    @Test
    void jobsThatWaitForTheirSinkAreCheckpointed() throws IOException {
        final Path json = directory.resolve("report.json");
        final Path local = Files.createDirectory(directory.resolve("local"));
        final CommandRun run =
                CommandRun.of(
                        "perf", "checkpoint",
                        "--case", "backpressure",
                        "--buffers", "2",
                        "--value-bytes", "8000",
                        "--rounds", "2",
                        "--turns", "1",
                        "--directory", local.toString(),
                        "--json", json.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("checkpointMillis", "geminid, 2 buffers: an aligned one takes");
        final List<String> measured = new ArrayList<>();
        for (final JsonNode each : new ObjectMapper().readTree(json.toFile()).get("runs")) {
            measured.add(
                    each.get("case").asText() + " " + each.get("params").get("buffersPerChannel"));
        }
        assertThat(measured).containsExactly("unaligned 2", "aligned 2");
        assertThat(local).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "--peers, rocks, rocksdb",
        "--state, little, little",
        "--state, 1kb, keys=",
        "--dirty, 101, up to 100",
        "--rounds, 0, positive",
        "--value-bytes, 3, 4 or more",
        "--directory, /nowhere, no directory",
        "--case, nothing, nothing"
    })
    void wrongUsageIsSaid(final String option, final String value, final String expected) {
        final CommandRun run = CommandRun.of("perf", "checkpoint", option, value);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(option, expected);
    }
}
