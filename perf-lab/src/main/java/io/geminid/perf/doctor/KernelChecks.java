package io.geminid.perf.doctor;

import io.geminid.verbs.Verbs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What kernel, distribution and build have for RDMA, before any device is opened. */
final class KernelChecks {

    private static final String DEVICES = "/sys/class/infiniband";
    private static final String CONNECTION_MANAGER = "/dev/infiniband/rdma_cm";
    private static final String PCI = "/sys/bus/pci/devices";
    private static final String MELLANOX = "0x15b3";
    private static final String PACKAGES_DEBIAN = "libibverbs1 librdmacm1 ibverbs-providers";
    private static final List<String> LIBRARIES = List.of("libibverbs.so.1", "librdmacm.so.1");

    private final HostFiles files;
    private final String release;

    /**
     * @param files the host
     * @param release of its kernel, as in {@code uname -r}
     */
    KernelChecks(final HostFiles files, final String release) {
        this.files = files;
        this.release = release;
    }

    /** The devices there are, or how to get one. */
    Check devices() {
        final List<String> devices = files.list(DEVICES);
        if (!devices.isEmpty()) {
            return Check.ok("RDMA devices", String.join(", ", devices));
        }
        final String found =
                files.exists(DEVICES)
                        ? "none: " + DEVICES + " is empty"
                        : "no kernel module: " + DEVICES + " is missing";
        final Optional<String> nic = nic();
        if (nic.isPresent()) {
            return Check.noRdma(
                    "RDMA devices",
                    found + ", but there is a NIC at " + nic.get(),
                    "modprobe mlx5_ib");
        }
        if (hasSoftModule()) {
            return Check.noRdma(
                    "RDMA devices",
                    found + ", and no NIC; the kernel has SoftRoCE",
                    "modprobe rdma_rxe && rdma link add rxe0 type rxe netdev " + netInterface());
        }
        return Check.noRdma(
                "RDMA devices",
                found + ", no NIC, and kernel " + release + " has no SoftRoCE (rdma_rxe)",
                withoutModule());
    }

    /**
     * A kernel that has the module is the distribution's usual one; a guest needs none on this
     * host.
     */
    private String withoutModule() {
        final boolean isUbuntu = files.read("/etc/os-release").contains("ID=ubuntu");
        return isUbuntu
                ? "apt-get install linux-modules-extra-" + release
                : "apt-get install linux-image-amd64 and boot it; to try it without:"
                        + " ci-soft-roce/run-in-guest ./geminid doctor";
    }

    private Optional<String> nic() {
        return files.list(PCI).stream()
                .filter(
                        slot ->
                                files.read(PCI + "/" + slot + "/class").startsWith("0x0207")
                                        || files.read(PCI + "/" + slot + "/vendor")
                                                .equals(MELLANOX))
                .findFirst();
    }

    private boolean hasSoftModule() {
        final String directory = "/lib/modules/" + release + "/kernel/drivers/infiniband/sw/rxe";
        return files.list(directory).stream().anyMatch(name -> name.startsWith("rdma_rxe.ko"));
    }

    private String netInterface() {
        return files.list("/sys/class/net").stream()
                .filter(name -> files.read("/sys/class/net/" + name + "/operstate").equals("up"))
                .findFirst()
                .orElse("INTERFACE");
    }

    /** Connections are made by a device file. */
    Check connectionManager() {
        final Path file = files.at(CONNECTION_MANAGER);
        if (!Files.exists(file)) {
            // Without any of the kernel's modules it is not this one that is missing.
            return Check.noRdma(
                    "rdma_cm",
                    CONNECTION_MANAGER + " is missing",
                    files.exists(DEVICES) ? "modprobe rdma_ucm" : null);
        }
        if (!Files.isReadable(file) || !Files.isWritable(file)) {
            return Check.noRdma(
                    "rdma_cm",
                    "no right to " + CONNECTION_MANAGER,
                    "chmod 666 " + CONNECTION_MANAGER);
        }
        return Check.ok("rdma_cm", CONNECTION_MANAGER);
    }

    /** rdma-core's libraries and the drivers that they load. */
    Check libraries() {
        final StringBuilder found = new StringBuilder();
        for (final String name : LIBRARIES) {
            final Optional<String> version = version(name);
            if (version.isEmpty()) {
                return Check.noRdma("libraries", name + " is missing", install());
            }
            found.append(name, 0, name.indexOf('.')).append(' ').append(version.get()).append(", ");
        }
        final long drivers =
                directories().stream()
                        .flatMap(directory -> files.list(directory + "/libibverbs").stream())
                        .filter(name -> name.contains("-rdmav"))
                        .count();
        return drivers == 0
                ? Check.noRdma("libraries", found + "no driver for any device", install())
                : Check.ok("libraries", found.toString() + drivers + " drivers");
    }

    private String install() {
        return files.exists("/etc/debian_version")
                ? "apt-get install " + PACKAGES_DEBIAN
                : "dnf install libibverbs librdmacm rdma-core";
    }

    private List<String> directories() {
        return List.of(
                "/usr/lib/" + architecture() + "-linux-gnu",
                "/lib/" + architecture() + "-linux-gnu",
                "/usr/lib64",
                "/usr/lib");
    }

    /** The version is in the name of the file that the link leads to. */
    private Optional<String> version(final String name) {
        for (final String directory : directories()) {
            final Path library = files.at(directory + "/" + name);
            if (Files.exists(library)) {
                try {
                    final String real = library.toRealPath().getFileName().toString();
                    return Optional.of(real.replaceFirst("^.*\\.so\\.", ""));
                } catch (final IOException e) {
                    return Optional.of("unknown");
                }
            }
        }
        return Optional.empty();
    }

    private static String architecture() {
        final String name = System.getProperty("os.arch");
        return Pattern.matches("amd64|x86_64", name) ? "x86_64" : name;
    }

    /** Our own half of the bindings, which a build without a compiler leaves out. */
    Check nativeLibrary() {
        final String resource = "META-INF/native/linux-" + architecture() + "/libdisni.so";
        return Verbs.class.getClassLoader().getResource(resource) != null
                ? Check.ok("native library", resource)
                : Check.noRdma(
                        "native library",
                        resource + " is not in this build",
                        "apt-get install gcc libc6-dev libibverbs-dev librdmacm-dev && ./geminid"
                                + " doctor");
    }

    List<Check> all() {
        return List.of(devices(), connectionManager(), libraries(), nativeLibrary());
    }
}
