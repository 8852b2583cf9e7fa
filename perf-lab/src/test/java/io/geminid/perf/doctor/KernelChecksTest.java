package io.geminid.perf.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which a host can lack RDMA has its own command. */
class KernelChecksTest {

    private static final String RELEASE = "6.1.0-9-amd64";

    @TempDir private Path root;

    private KernelChecks checks;

    @BeforeEach
    void host() {
        checks = new KernelChecks(new HostFiles(root), RELEASE);
    }

    @Test
    void aKernelWithoutAnythingNeedsAnotherKernel() throws IOException {
        assertThat(checks.devices())
                .matches(check -> check.status() == Check.Status.NO_RDMA)
                .matches(check -> check.found().contains(RELEASE))
                .matches(check -> check.fix().startsWith("apt-get install linux-image-amd64"));
        write("etc/os-release", "NAME=x\nID=ubuntu\n");
        assertThat(checks.devices().fix())
                .isEqualTo("apt-get install linux-modules-extra-" + RELEASE);
    }

    @Test
    void aKernelWithSoftRoceGetsADeviceOnAnInterfaceThatIsUp() throws IOException {
        write("lib/modules/" + RELEASE + "/kernel/drivers/infiniband/sw/rxe/rdma_rxe.ko.xz", "");
        write("sys/class/net/eth0/operstate", "down\n");
        write("sys/class/net/eth1/operstate", "up\n");
        write("sys/class/net/lo/operstate", "unknown\n");
        assertThat(checks.devices().fix())
                .isEqualTo("modprobe rdma_rxe && rdma link add rxe0 type rxe netdev eth1");
    }

    @Test
    void aNicWithoutItsDriverGetsTheDriver() throws IOException {
        write("sys/bus/pci/devices/0000:03:00.0/class", "0x020000\n");
        write("sys/bus/pci/devices/0000:03:00.0/vendor", "0x15b3\n");
        assertThat(checks.devices().fix()).isEqualTo("modprobe mlx5_ib");
        assertThat(checks.devices().found()).contains("0000:03:00.0");
    }

    @Test
    void aDeviceWithoutTheConnectionManagersModuleGetsIt() throws IOException {
        assertThat(checks.connectionManager().fix()).as("there is nothing at all").isNull();
        write("sys/class/infiniband/rxe0/parent", "eth0\n");
        assertThat(checks.devices()).isEqualTo(Check.ok("RDMA devices", "rxe0"));
        assertThat(checks.connectionManager().fix()).isEqualTo("modprobe rdma_ucm");
        write("dev/infiniband/rdma_cm", "");
        assertThat(checks.connectionManager().status()).isEqualTo(Check.Status.OK);
    }

    @Test
    void librariesAreNamedWithTheirVersions() throws IOException {
        final String directory = "usr/lib64/";
        assertThat(checks.libraries().found()).isEqualTo("libibverbs.so.1 is missing");
        assertThat(checks.libraries().fix()).startsWith("dnf install");
        write("etc/debian_version", "12.0\n");
        assertThat(checks.libraries().fix()).startsWith("apt-get install libibverbs1");
        for (final String name : new String[] {"libibverbs.so.1", "librdmacm.so.1"}) {
            write(directory + name + ".14.44.0", "");
            Files.createSymbolicLink(root.resolve(directory + name), Path.of(name + ".14.44.0"));
        }
        assertThat(checks.libraries().found()).endsWith("no driver for any device");
        write(directory + "libibverbs/librxe-rdmav34.so", "");
        assertThat(checks.libraries())
                .isEqualTo(
                        Check.ok(
                                "libraries",
                                "libibverbs 1.14.44.0, librdmacm 1.14.44.0, 1 drivers"));
    }

    private void write(final String path, final String text) throws IOException {
        final Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
