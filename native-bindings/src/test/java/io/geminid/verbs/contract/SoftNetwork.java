package io.geminid.verbs.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The soft device that has an address, and the interface below it, for tests that break them. Needs
 * root and the tools {@code ip}, {@code tc} and {@code rdma}. A NIC, which carries other people's
 * traffic too, is left alone: the test is skipped.
 */
public final class SoftNetwork implements AutoCloseable {

    /** In the guest: puts back what a test took away. On other hosts there is none. */
    private static final Path NETWORK = Path.of("../ci-soft-roce/guest/network");

    private static final Path DEVICES = Path.of("/sys/class/infiniband");
    private static final Pattern DROPPED = Pattern.compile("dropped (\\d+)");
    private static final int TIMEOUT_SECONDS = 60;

    private final String device;
    private final String link;
    private boolean disturbed;

    /**
     * Finds the device.
     *
     * @param address of it
     * @throws IOException if it cannot be looked for
     */
    public SoftNetwork(InetAddress address) throws IOException {
        link = NetworkInterface.getByInetAddress(address).getName();
        device = deviceOn(link);
    }

    private void onlySoft() {
        Assumptions.assumeTrue(
                device != null,
                () -> "interface=" + link + " has no soft device: it is left alone");
    }

    /** Only soft devices name the interface they are on. */
    private static String deviceOn(String wanted) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> found = Files.list(DEVICES)) {
            found.forEach(all::add);
        }
        for (Path each : all) {
            Path parent = each.resolve("parent");
            if (Files.exists(parent) && Files.readString(parent).trim().equals(wanted)) {
                return each.getFileName().toString();
            }
        }
        return null;
    }

    /** Pulls the cable, or puts it back, and with it the routes that went with it. */
    public void link(boolean up) throws IOException {
        onlySoft();
        disturbed = true;
        run("ip", "link", "set", link, up ? "up" : "down");
        if (up && Files.isExecutable(NETWORK)) {
            run(NETWORK.toString(), "up");
        }
    }

    /**
     * Disturbs what this end sends.
     *
     * @param how in the words of {@code tc-netem}
     */
    public void disturb(String... how) throws IOException {
        onlySoft();
        List<String> command =
                new ArrayList<>(List.of("tc", "qdisc", "add", "dev", link, "root", "netem"));
        command.addAll(List.of(how));
        run(command.toArray(String[]::new));
        disturbed = true;
    }

    /** Packets that {@link #disturb} has lost so far. */
    public long dropped() throws IOException {
        Matcher matcher = DROPPED.matcher(run("tc", "-s", "qdisc", "show", "dev", link));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /**
     * Begins to take the device away. A soft device is really gone only when no process has it open
     * any more.
     *
     * @return the command, which ends then
     */
    public Process delete() throws IOException {
        onlySoft();
        return start("rdma", "link", "delete", device);
    }

    /** Puts back what was disturbed. */
    @Override
    public void close() throws IOException {
        if (disturbed) {
            link(true);
            String queue = run("tc", "qdisc", "show", "dev", link);
            if (queue.contains("netem")) {
                run("tc", "qdisc", "del", "dev", link, "root");
            }
        }
    }

    private static String run(String... command) throws IOException {
        Process process = start(command);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.onExit().orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
        if (process.exitValue() != 0) {
            String what = String.join(" ", command);
            throw new IOException("command=\"" + what + "\" said=\"" + said.trim() + "\"");
        }
        return said;
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
