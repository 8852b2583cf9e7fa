package io.geminid.verbs.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each reason why there is no RDMA has its own line, with what to do. */
class HostProbeTest {

    @TempDir private Path root;

    @Test
    void withoutTheKernelsDirectoryThereIsNoModule() {
        assertThat(probe().whyNot().orElseThrow())
                .contains("no kernel module")
                .contains("devices is missing");
    }

    @Test
    void anEmptyDirectoryIsNoDevice() throws Exception {
        Files.createDirectory(root.resolve("devices"));
        assertThat(probe().whyNot().orElseThrow())
                .contains("no device")
                .contains("rdma link add rxe0 type rxe");
    }

    @Test
    void withoutTheConnectionManagerThereIsNoModule() throws Exception {
        Files.createDirectories(root.resolve("devices/rxe0"));
        assertThat(probe().whyNot().orElseThrow()).contains("modprobe rdma_ucm");
    }

    @Test
    void withEverythingThereIsNothingToSay() throws Exception {
        Files.createDirectories(root.resolve("devices/rxe0"));
        Files.createFile(root.resolve("rdma_cm"));
        assertThat(probe().whyNot()).isEmpty();
    }

    private HostProbe probe() {
        return new HostProbe(root.resolve("devices"), root.resolve("rdma_cm"));
    }
}
