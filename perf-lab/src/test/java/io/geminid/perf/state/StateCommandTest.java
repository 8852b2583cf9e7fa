package io.geminid.perf.state;

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
class StateCommandTest {

    @TempDir private Path directory;

    @Test
    void everySubjectDoesEveryCaseAndIsComparedPairByPair() throws IOException {
        final Path json = directory.resolve("report.json");
        final Path local = Files.createDirectory(directory.resolve("local"));
        final CommandRun run =
                CommandRun.of(
                        "perf", "state",
                        "--peers", "rocksdb,heap",
                        "--cases", "value-rmw,map-iterate10,list-add",
                        "--keys", "200",
                        "--value-bytes", "16",
                        "--runs", "1",
                        "--seconds", "0.04",
                        "--warmup", "0",
                        "--memory", "16mb",
                        "--directory", local.toString(),
                        "--json", json.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("value-rmw", "fewer than 3 runs");
        final JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("schema").asText()).isEqualTo("geminid.perf/1");
        assertThat(report.get("command").asText()).isEqualTo("perf state");
        final List<String> measured = new ArrayList<>();
        for (final JsonNode each : report.get("runs")) {
            measured.add(each.get("subject").asText() + " " + each.get("case").asText());
            assertThat(each.at("/params/keys").asLong()).isEqualTo(200);
            assertThat(each.at("/params/valueBytes").asInt()).isEqualTo(16);
            for (final String metric :
                    List.of("opsPerSecond", "cpuNsPerOp", "memoryBytesPerEntry")) {
                assertThat(each.at("/metrics/" + metric + "/median").asDouble())
                        .as(metric)
                        .isPositive();
            }
        }
        assertThat(measured)
                .contains(
                        "rocksdb value-rmw",
                        "heap value-rmw",
                        "rocksdb map-iterate10",
                        "heap map-iterate10",
                        "rocksdb list-add",
                        "heap list-add")
                .doesNotHaveDuplicates();
        assertThat(report.get("ratios")).isNotEmpty();
        for (final JsonNode each : report.get("ratios")) {
            assertThat(each.get("min").asDouble())
                    .isPositive()
                    .isLessThanOrEqualTo(each.get("median").asDouble());
            assertThat(each.get("max").asDouble())
                    .isGreaterThanOrEqualTo(each.get("median").asDouble());
        }
        assertThat(local).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "--cases, value-gets, value-get",
        "--peers, rocks, rocksdb",
        "--keys, 3, 10 or more",
        "--value-bytes, 0, 1 or more",
        "--runs, 0, positive",
        "--memory, much, much",
        "--directory, /nowhere, no directory"
    })
    void wrongUsageIsSaid(final String option, final String value, final String expected) {
        final CommandRun run = CommandRun.of("perf", "state", option, value);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(option, expected);
    }
}
