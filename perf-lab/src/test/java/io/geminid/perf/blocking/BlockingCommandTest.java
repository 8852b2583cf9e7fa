package io.geminid.perf.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geminid.perf.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command measures what it says, with sizes at which the figures mean nothing. */
class BlockingCommandTest {

    @TempDir private Path directory;

    private List<String> measure(final String peers) throws IOException {
        final Path json = directory.resolve("report.json");
        final Path local = Files.createDirectory(directory.resolve("local"));
        final CommandRun run =
                CommandRun.of(
                        "perf", "blocking",
                        "--peers", peers,
                        "--bytes", "4mb",
                        "--subpartitions", "20",
                        "--sort-memory", "1mb",
                        "--runs", "2",
                        "--directory", local.toString(),
                        "--json", json.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("written : payload", "fewer than 3 runs");
        final JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("schema").asText()).isEqualTo("geminid.perf/1");
        final List<String> measured = new ArrayList<>();
        for (final JsonNode each : report.get("runs")) {
            final JsonNode params = each.get("params");
            measured.add(
                    each.get("subject").asText()
                            + " "
                            + params.get("compression").asText()
                            + " "
                            + params.get("durable").asBoolean());
            final JsonNode metrics = each.get("metrics");
            assertThat(metrics.get("writeBytesPerSecond").get("median").asDouble()).isPositive();
            assertThat(metrics.get("readBytesPerSecond").get("median").asDouble()).isPositive();
            if (params.get("compression").asText().equals("none")) {
                assertThat(metrics.get("writeAmplification").get("median").asDouble())
                        .isGreaterThan(0.99);
            }
        }
        assertThat(report.get("ratios")).isNotEmpty();
        assertThat(local).isEmptyDirectory();
        return measured;
    }

    @Test
    void oursIsMeasuredBesideTheDisk() throws IOException {
        assertThat(measure("disk"))
                .containsExactlyInAnyOrder(
                        "geminid none false",
                        "geminid none true",
                        "geminid lz4 false",
                        "disk none false",
                        "disk none true");
    }

    /** Fetches both engines where that was not done yet. */
    @Tag("long")
    @Test
    void everyPeerReadsWhatItWrote() throws IOException {
        assertThat(measure("flink,spark"))
                .containsExactlyInAnyOrder(
                        "geminid none false",
                        "geminid none true",
                        "geminid lz4 false",
                        "flink none false",
                        "flink lz4 false",
                        "spark none false",
                        "spark lz4 false");
    }

    @ParameterizedTest
    @CsvSource({
        "--peers, hive, hive",
        "--bytes, little, little",
        "--bytes, 100b, no record",
        "--compression, gzip, gzip",
        "--record-bytes, 8, more than 8",
        "--runs, 0, positive",
        "--sort-memory, 1kb, 1mb",
        "--directory, /nowhere, no directory"
    })
    void wrongUsageIsSaid(final String option, final String value, final String expected) {
        final CommandRun run = CommandRun.of("perf", "blocking", option, value);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(option, expected);
    }
}
