package io.geminid.perf.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geminid.perf.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The command on a host without RDMA, and the rules of its verdict. */
class DoctorCommandTest {

    @Test
    void aHostWithoutRdmaIsToldWhyInOneLine() throws Exception {
        Assumptions.assumeFalse(
                Files.isDirectory(Path.of("/sys/class/infiniband")),
                "this host's kernel has RDMA: DoctorGuestTest is for those");
        final CommandRun table = CommandRun.of("doctor");
        assertThat(table.exitCode()).isEqualTo(1);
        assertThat(table.out().lines().filter(line -> line.startsWith("TCP only: ")))
                .singleElement()
                .asString()
                .contains("no kernel module");

        final CommandRun json = CommandRun.of("doctor", "--json");
        assertThat(json.exitCode()).isEqualTo(1);
        final JsonNode tree = new ObjectMapper().readTree(json.out());
        assertThat(tree.get("schema").asText()).isEqualTo(Diagnosis.SCHEMA);
        assertThat(tree.get("exitCode").asInt()).isEqualTo(1);
        assertThat(tree.get("checks")).anyMatch(check -> check.has("fix"));
    }

    @Test
    void theWorstCheckDecides() {
        final Check ok = Check.ok("a", "x");
        final Check note = Check.note("b", "x", "f");
        final Check noRdma = Check.noRdma("c", "x", "f");
        final Check broken = Check.broken("d", "x", "f");
        assertThat(verdict(ok, note)).isEqualTo(0);
        assertThat(verdict(ok, noRdma, note)).isEqualTo(1);
        assertThat(verdict(noRdma, broken, ok)).isEqualTo(2);
    }

    @Test
    void anUnknownKeyIsWrongUsage() {
        final CommandRun run = CommandRun.of("doctor", "--set", "geminid.memory.max-byte=1mb");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("geminid.memory.max-bytes");
    }

    private static int verdict(final Check... checks) {
        return new Diagnosis(List.of(checks)).verdict().exitCode();
    }
}
