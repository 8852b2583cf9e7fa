package io.geminid.perf.doctor;

import io.geminid.verbs.info.MemoryLock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What every host has: JDK, kernel, TCP, memory. */
final class HostChecks {

    private static final int JDK_MIN = 17;

    /** The bit of CAP_IPC_LOCK in a set of capabilities. */
    private static final int IPC_LOCK = 14;

    private final HostFiles files;

    HostChecks(final HostFiles files) {
        this.files = files;
    }

    Check jdk() {
        return jdk(Runtime.version().feature());
    }

    static Check jdk(final int feature) {
        final String found =
                System.getProperty("java.vm.version")
                        + " "
                        + System.getProperty("java.vendor")
                        + ", "
                        + System.getProperty("os.arch");
        return feature >= JDK_MIN
                ? Check.ok("JDK", found)
                : Check.broken(
                        "JDK",
                        found + ", needs " + JDK_MIN,
                        "apt-get install openjdk-" + JDK_MIN + "-jdk-headless");
    }

    Check kernel() {
        return Check.ok(
                "kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    }

    /** A connection of this process to itself. */
    Check tcp() {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    SocketChannel accepted = server.accept()) {
                return Check.ok(
                        "TCP", client.getLocalAddress() + " reached " + accepted.getLocalAddress());
            }
        } catch (final IOException e) {
            return Check.broken(
                    "TCP", "no connection over loopback: " + e.getMessage(), "ip link set lo up");
        }
    }

    /** Whether the whole pool can be registered, which pins it. */
    Check memoryLock(final MemoryLock limit, final long neededBytes) {
        final String found =
                "limit " + mib(limit.softBytes()) + ", the pool needs " + mib(neededBytes);
        if (neededBytes <= limit.softBytes()) {
            return Check.ok("memlock", found);
        }
        if (mayLockAnything()) {
            return Check.ok("memlock", found + ", but CAP_IPC_LOCK exempts this user");
        }
        final String fix =
                neededBytes <= limit.hardBytes()
                        ? "ulimit -l " + (neededBytes + 1023) / 1024
                        : "echo '* - memlock unlimited' > /etc/security/limits.d/90-memlock.conf,"
                                + " then log in again (a service: LimitMEMLOCK=infinity)";
        return Check.noRdma("memlock", found, fix);
    }

    private boolean mayLockAnything() {
        return files.read("/proc/self/status")
                .lines()
                .filter(line -> line.startsWith("CapEff:"))
                .map(line -> line.substring("CapEff:".length()).trim())
                .anyMatch(set -> (Long.parseUnsignedLong(set, 16) >>> IPC_LOCK & 1) == 1);
    }

    /** Fewer entries in the tables of processor and NIC. */
    Check hugePages(final long poolBytes) {
        long reservedBytes = 0;
        for (final String size : files.list("/sys/kernel/mm/hugepages")) {
            final String free = files.read("/sys/kernel/mm/hugepages/" + size + "/free_hugepages");
            final String kib = size.replaceAll("\\D", "");
            if (free.matches("\\d{1,12}") && !kib.isEmpty()) {
                reservedBytes += Long.parseLong(free) * Long.parseLong(kib) << 10;
            }
        }
        final String modes = files.read("/sys/kernel/mm/transparent_hugepage/enabled");
        final String mode =
                Stream.of("always", "madvise", "never")
                        .filter(name -> modes.contains("[" + name + "]"))
                        .findFirst()
                        .orElse("unknown");
        final String found =
                "reserved and free " + mib(reservedBytes) + ", transparent ones: " + mode;
        if (reservedBytes >= poolBytes || mode.equals("always") || mode.equals("madvise")) {
            return Check.ok("huge pages", found);
        }
        return Check.note(
                "huge pages",
                found,
                "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled (or reserve: sysctl -w"
                        + " vm.nr_hugepages="
                        + ((poolBytes >> 21) + 1)
                        + ")");
    }

    List<Check> all(final MemoryLock limit, final long poolBytes) {
        return List.of(jdk(), kernel(), tcp(), memoryLock(limit, poolBytes), hugePages(poolBytes));
    }

    static String mib(final long bytes) {
        return bytes == Long.MAX_VALUE
                ? "unlimited"
                : bytes % (1 << 20) == 0
                        ? (bytes >> 20) + " MiB"
                        : String.format(Locale.ROOT, "%,d B", bytes);
    }
}
