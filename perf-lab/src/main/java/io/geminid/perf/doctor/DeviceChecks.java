package io.geminid.perf.doctor;

import io.geminid.verbs.Device;
import io.geminid.verbs.MemoryRegion;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.info.DeviceInfo;
import io.geminid.verbs.info.GidInfo;
import io.geminid.verbs.info.PortInfo;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.agrona.BufferUtil;

/** The devices themselves: ports, addresses, packet size, and whether they take memory. */
final class DeviceChecks {

    /** Path MTU 4096 and the headers around it. */
    private static final int INTERFACE_MTU = 4200;

    private static final String MAPPED = "::ffff:";

    private final VerbsProvider provider;
    private final HostFiles files;
    private final int slabBytes;

    /**
     * @param provider the host's devices
     * @param files the host
     * @param slabBytes what is registered to try it
     */
    DeviceChecks(final VerbsProvider provider, final HostFiles files, final int slabBytes) {
        this.provider = provider;
        this.files = files;
        this.slabBytes = slabBytes;
    }

    List<Check> all() {
        final List<Check> checks = new ArrayList<>();
        try {
            provider.createConnectionManager().close();
            checks.add(Check.ok("connection manager", "opened by " + provider.name()));
        } catch (final VerbsException e) {
            checks.add(Check.noRdma("connection manager", e.getMessage(), "modprobe rdma_ucm"));
        }
        try {
            final List<Check> ports = new ArrayList<>();
            for (final Device device : provider.devices()) {
                final DeviceInfo info = device.info();
                checks.add(identity(info));
                checks.add(registration(device, info.name()));
                for (int number = 1; number <= info.ports(); number++) {
                    ports.addAll(port(info.name(), device.port(number), device.gids(number)));
                }
            }
            checks.addAll(oneIsEnough(ports));
        } catch (final VerbsException e) {
            checks.add(Check.noRdma("devices", e.getMessage(), "rdma link show"));
        }
        return checks;
    }

    private Check identity(final DeviceInfo info) {
        final boolean isSoft = files.exists("/sys/class/infiniband/" + info.name() + "/parent");
        return Check.ok(
                info.name(),
                (isSoft ? "in software" : "hardware")
                        + (info.firmware().isEmpty() ? "" : ", firmware " + info.firmware())
                        + ", ports "
                        + info.ports()
                        + ", queue pairs "
                        + info.limits().queuePairs()
                        + ", requests a queue "
                        + info.limits().requests()
                        + ", completions "
                        + info.limits().completions());
    }

    private Check registration(final Device device, final String name) {
        final ByteBuffer slab = ByteBuffer.allocateDirect(slabBytes);
        try (ProtectionDomain domain = device.createProtectionDomain();
                MemoryRegion region = domain.register(BufferUtil.address(slab), slabBytes)) {
            return Check.ok(
                    name + " registers", HostChecks.mib(region.lengthBytes()) + ", one slab");
        } catch (final VerbsException e) {
            return Check.noRdma(name + " registers", e.getMessage(), "ulimit -l unlimited");
        }
    }

    private List<Check> port(final String device, final PortInfo port, final List<GidInfo> gids) {
        final String name = device + " port " + port.number();
        final String netInterface = netInterface(device, gids);
        final List<Check> checks = new ArrayList<>();
        checks.add(
                port.active()
                        ? Check.ok(name, port.stateName())
                        : Check.noRdma(
                                name, port.stateName(), "ip link set " + netInterface + " up"));
        final boolean isReachable =
                gids.stream()
                        .anyMatch(gid -> gid.type().equals("IB") || gid.text().startsWith(MAPPED));
        final String table =
                gids.stream()
                        .map(gid -> gid.index() + " " + gid.type() + " " + address(gid))
                        .collect(Collectors.joining(", "));
        checks.add(
                isReachable
                        ? Check.ok(name + " GIDs", table)
                        : Check.noRdma(
                                name + " GIDs",
                                (table.isEmpty() ? "none" : table) + ": no IPv4 address",
                                "ip address add ADDRESS/24 dev " + netInterface));
        final String mtu =
                "in use " + port.mtu().activeBytes() + " B of " + port.mtu().maxBytes() + " B";
        checks.add(
                port.mtu().activeBytes() >= port.mtu().maxBytes()
                        ? Check.ok(name + " MTU", mtu)
                        : Check.note(
                                name + " MTU",
                                mtu,
                                "ip link set " + netInterface + " mtu " + INTERFACE_MTU));
        return checks;
    }

    private static String address(final GidInfo gid) {
        return gid.text().startsWith(MAPPED) ? gid.text().substring(MAPPED.length()) : gid.text();
    }

    private String netInterface(final String device, final List<GidInfo> gids) {
        final String parent = files.read("/sys/class/infiniband/" + device + "/parent");
        if (!parent.isEmpty()) {
            return parent;
        }
        for (final GidInfo gid : gids) {
            try {
                final NetworkInterface found = NetworkInterface.getByIndex(gid.interfaceIndex());
                if (found != null) {
                    return found.getName();
                }
            } catch (final SocketException e) {
                continue; // gone meanwhile
            }
        }
        return "INTERFACE";
    }

    /** A port that is out of use is worth a note if another one works. */
    private static List<Check> oneIsEnough(final List<Check> ports) {
        final List<String> broken =
                ports.stream()
                        .filter(check -> check.status() == Check.Status.NO_RDMA)
                        .map(DeviceChecks::portName)
                        .toList();
        final boolean oneWorks =
                ports.stream().anyMatch(check -> !broken.contains(portName(check)));
        return ports.stream()
                .map(
                        check ->
                                oneWorks && check.status() == Check.Status.NO_RDMA
                                        ? Check.note(check.name(), check.found(), check.fix())
                                        : check)
                .toList();
    }

    private static String portName(final Check check) {
        return check.name().replaceFirst(" (?:GIDs|MTU)$", "");
    }
}
