package io.geminid.perf.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.perf.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small, so that the command does not rot; the figures come from runs by hand. */
class FailoverCommandTest {

    @TempDir private Path directory;

    @Test
    void killedWorkersLoseNothing() {
        final CommandRun run =
                CommandRun.of(
                        "perf",
                        "failover",
                        "--kills",
                        "2",
                        "--again",
                        "50",
                        "--state",
                        "1mb",
                        "--pause",
                        "300",
                        "--directory",
                        directory.resolve("run").toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("lost 0, duplicate 0, reordered 0, corrupt 0", "PASSED");
        assertThat(run.exitCode()).isZero();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatIsWrongInAnOutputIsFound() throws IOException {
        Files.writeString(directory.resolve("numbers-0-0.csv"), "0,0,0\n0,4,1\n0,2,2\n0,2,3\nx\n");
        Files.writeString(directory.resolve(".numbers-0-1.csv.in-progress"), "0,9,9\n");
        final FailoverOutput.Findings found = new FailoverOutput(2).check(directory);
        assertThat(found).isEqualTo(new FailoverOutput.Findings(4, 2, 1, 1, 1));
        assertThat(found.isExact()).isFalse();
    }
}
