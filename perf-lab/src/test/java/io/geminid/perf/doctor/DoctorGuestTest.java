package io.geminid.perf.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.perf.CommandRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The command where there are devices: ready, or told what the limit on locked memory takes away.
 */
class DoctorGuestTest {

    @Test
    @Tag("rdma")
    void aHostWithDevicesIsReady() {
        final CommandRun run = CommandRun.of("doctor");
        assertThat(run.out()).contains("ready for RDMA").doesNotContain("no RDMA");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    @Tag("rdma-memlock")
    void aLimitBelowThePoolsSizeMeansTcp() {
        final CommandRun run = CommandRun.of("doctor");
        assertThat(run.out()).contains("TCP only: memlock: limit 32 MiB").contains("limits.d");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(CommandRun.of("doctor", "--set", "geminid.memory.max-bytes=16mb").exitCode())
                .isZero();
    }
}
