package io.geminid.verbs.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at the kernel's directories for RDMA, before any native code is loaded. For any thread. */
public final class HostProbe {

    private final Path devices;
    private final Path connectionManager;

    /** Looks at this host. */
    public HostProbe() {
        this(Path.of("/sys/class/infiniband"), Path.of("/dev/infiniband/rdma_cm"));
    }

    /**
     * Looks elsewhere.
     *
     * @param devices the directory with an entry for each device
     * @param connectionManager the connection manager's device file
     */
    HostProbe(Path devices, Path connectionManager) {
        this.devices = devices;
        this.connectionManager = connectionManager;
    }

    /**
     * Why there can be no RDMA.
     *
     * @return one line; empty if nothing speaks against it
     */
    public Optional<String> whyNot() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return Optional.of("RDMA is off: os.name=" + System.getProperty("os.name"));
        }
        if (!Files.isDirectory(devices)) {
            return Optional.of(
                    "RDMA is off: no kernel module: %s is missing; with a NIC: modprobe ib_core"
                            .formatted(devices));
        }
        if (isEmpty(devices)) {
            return Optional.of(
                    ("RDMA is off: no device: %s is empty; without a NIC:"
                                    + " rdma link add rxe0 type rxe netdev INTERFACE")
                            .formatted(devices));
        }
        if (!Files.exists(connectionManager)) {
            return Optional.of(
                    "RDMA is off: no kernel module: %s is missing; fix: modprobe rdma_ucm"
                            .formatted(connectionManager));
        }
        if (!Files.isReadable(connectionManager) || !Files.isWritable(connectionManager)) {
            return Optional.of(
                    "RDMA is off: no right to %s; fix: the udev rules of package rdma-core"
                            .formatted(connectionManager));
        }
        return Optional.empty();
    }

    private static boolean isEmpty(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        } catch (IOException e) {
            return true;
        }
    }
}
