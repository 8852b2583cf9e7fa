package io.geminid.perf.shuffle;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.perf.CommandRun;
import org.junit.jupiter.api.Test;

/** The command runs, with sizes at which the figures mean nothing. */
class ShuffleCommandTest {

    @Test
    void oursAndThePeerAreMeasuredAndCompared() {
        final CommandRun run =
                CommandRun.of(
                        "perf", "shuffle",
                        "--record-bytes", "1000",
                        "--runs", "1",
                        "--warmup", "1",
                        "--seconds", "1");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("geminid-tcp : raw-tcp", "noise: fewer than 3 runs");
    }
}
