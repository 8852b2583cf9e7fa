package io.geminid.perf.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.perf.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The main job over real verbs, in processes of its own, one of which is killed. */
@Tag("rdma")
class DemoGuestTest {

    private static final int LINES = 4_000;

    @TempDir private Path directory;

    // U9, R1: the queue pairs of the dead one are gone, and so is nothing else.
    @Test
    @Timeout(value = 12, unit = TimeUnit.MINUTES)
    void aWorkerThatIsKilledChangesNothingOverRdma() throws IOException {
        final DemoRuns runs = new DemoRuns(directory);
        final boolean real = Files.exists(DemoRuns.ACCESS_LOG);
        final Path log = real ? DemoRuns.ACCESS_LOG : runs.generatedLog(LINES);
        final CommandRun run =
                runs.demo(
                        "--transport",
                        "rdma",
                        "--input",
                        log.toString(),
                        "--worker-java",
                        quickJava().toString(),
                        // A host that emulates a processor for others too may take its time.
                        "--set",
                        "geminid.cluster.start-timeout=5min",
                        "--set",
                        "geminid.cluster.heartbeat-timeout=60s",
                        "--set",
                        "geminid.rdma.heartbeat-timeout=60s");
        System.out.println(run.out());
        DemoRuns.assertPassed(run);
        assertThat(run.out())
                .contains("over rdma", "killing a worker with -9: pid=", "1 restart")
                .contains("equal to an independent");
        if (real) {
            runs.assertResultsAreTheKnownOnes(run);
        } else {
            runs.assertResultsAre(AccessLogOracle.of(log));
        }
    }

    /** On an emulated processor the second compiler costs more than it gains. */
    private Path quickJava() throws IOException {
        final Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        final Path script = directory.resolve("java");
        Files.write(
                script,
                List.of(
                        "#!/bin/sh",
                        "exec '" + java + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \"$@\""));
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}
