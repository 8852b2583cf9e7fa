package io.geminid.perf.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.verbs.info.MemoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory, JDK, and what they mean together. */
class HostChecksTest {

    private static final long POOL_BYTES = 256L << 20;
    private static final MemoryLock SMALL = new MemoryLock(8 << 20, 8 << 20);

    @TempDir private Path root;

    private HostChecks checks;

    @BeforeEach
    void host() {
        checks = new HostChecks(new HostFiles(root));
    }

    @Test
    void aLimitBelowThePoolsSizeIsRaisedByWhoeverMay() {
        assertThat(checks.memoryLock(new MemoryLock(POOL_BYTES, POOL_BYTES), POOL_BYTES).status())
                .isEqualTo(Check.Status.OK);
        final MemoryLock raisable = new MemoryLock(8 << 20, Long.MAX_VALUE);
        assertThat(checks.memoryLock(raisable, POOL_BYTES))
                .isEqualTo(
                        Check.noRdma(
                                "memlock",
                                "limit 8 MiB, the pool needs 256 MiB",
                                "ulimit -l 262144"));
        assertThat(checks.memoryLock(SMALL, POOL_BYTES).fix()).contains("limits.d");
    }

    @Test
    void theCapabilityExemptsFromTheLimit() throws IOException {
        Files.createDirectories(root.resolve("proc/self"));
        final Path status = root.resolve("proc/self/status");
        Files.writeString(status, "Name:\tjava\nCapEff:\t0000000000004000\n");
        assertThat(checks.memoryLock(SMALL, POOL_BYTES).status()).isEqualTo(Check.Status.OK);
        Files.writeString(status, "Name:\tjava\nCapEff:\tffffffffffffbfff\n");
        assertThat(checks.memoryLock(SMALL, POOL_BYTES).status()).isEqualTo(Check.Status.NO_RDMA);
    }

    @Test
    void hugePagesAreWorthANote() throws IOException {
        assertThat(checks.hugePages(POOL_BYTES).status()).isEqualTo(Check.Status.NOTE);
        final Path reserved = root.resolve("sys/kernel/mm/hugepages/hugepages-2048kB");
        Files.createDirectories(reserved);
        Files.writeString(reserved.resolve("free_hugepages"), "127\n");
        assertThat(checks.hugePages(POOL_BYTES).fix()).contains("vm.nr_hugepages=129");
        Files.writeString(reserved.resolve("free_hugepages"), "128\n");
        assertThat(checks.hugePages(POOL_BYTES).status()).isEqualTo(Check.Status.OK);
    }

    @Test
    void anOldJdkAndAHostWithoutLoopbackAreBroken() {
        assertThat(HostChecks.jdk(11).status()).isEqualTo(Check.Status.BROKEN);
        assertThat(HostChecks.jdk(17).status()).isEqualTo(Check.Status.OK);
        assertThat(checks.tcp().status()).isEqualTo(Check.Status.OK);
    }
}
