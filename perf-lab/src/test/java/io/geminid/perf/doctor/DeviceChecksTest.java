package io.geminid.perf.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.fabric.FaultPlan;
import io.geminid.verbs.fabric.SoftwareFabric;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices as the software fabric shows them: all well, one link down, none left. */
class DeviceChecksTest {

    private static final int SLAB_BYTES = 1 << 20;

    @TempDir private Path root;

    @Test
    void onePortThatWorksIsEnough() throws Exception {
        final InetAddress first = InetAddress.getByName("10.0.0.1");
        final InetAddress second = InetAddress.getByName("10.0.0.2");
        final SoftwareFabric fabric = new SoftwareFabric(1, FaultPlan.NONE);
        final VerbsProvider host = fabric.addHost(first, second);
        final List<Check> well = check(host);
        assertThat(new Diagnosis(well).verdict()).isEqualTo(Diagnosis.Verdict.READY);
        assertThat(well).extracting(Check::found).anyMatch(found -> found.contains("10.0.0.2"));

        fabric.link(first, false);
        final List<Check> half = check(host);
        assertThat(new Diagnosis(half).verdict()).isEqualTo(Diagnosis.Verdict.READY);
        assertThat(half)
                .filteredOn(check -> check.status() == Check.Status.NOTE)
                .singleElement()
                .extracting(Check::fix)
                .isEqualTo("ip link set v7 up");

        fabric.link(second, false);
        final Diagnosis none = new Diagnosis(check(host));
        assertThat(none.verdict()).isEqualTo(Diagnosis.Verdict.TCP_ONLY);
        assertThat(none.summary()).startsWith("TCP only: ").contains("port 1");
    }

    private List<Check> check(final VerbsProvider host) throws Exception {
        final String first = host.devices().get(0).info().name();
        final Path directory = root.resolve("sys/class/infiniband/" + first);
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("parent"), "v7\n");
        return new DeviceChecks(host, new HostFiles(root), SLAB_BYTES).all();
    }
}
