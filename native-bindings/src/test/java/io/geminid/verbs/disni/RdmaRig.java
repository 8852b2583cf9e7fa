package io.geminid.verbs.disni;

import io.geminid.verbs.Device;
import io.geminid.verbs.Verbs;
import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.contract.VerbsRig;
import io.geminid.verbs.info.GidInfo;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The real devices of this host: the first and the last that have an IPv4 address, so that with two
 * the traffic crosses their link. Breaking things needs root and the tools {@code ip} and {@code
 * rdma}; it is done to soft devices only.
 */
final class RdmaRig extends VerbsRig {

    private static final String MAPPED = "::ffff:";

    /** In the guest: puts back the routes that went with a link. On other hosts there is none. */
    private static final Path NETWORK = Path.of("../ci-soft-roce/guest/network");

    private final InetAddress clientAddress;
    private final InetAddress serverAddress;
    private final String serverDevice;
    private final String serverInterface;

    RdmaRig() throws IOException {
        List<InetAddress> addresses = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Device device : Verbs.provider().devices()) {
            for (GidInfo gid : device.gids(1)) {
                if (gid.text().startsWith(MAPPED)) {
                    addresses.add(InetAddress.getByName(gid.text().substring(MAPPED.length())));
                    names.add(device.info().name());
                    break;
                }
            }
        }
        clientAddress = addresses.get(0);
        serverAddress = addresses.get(addresses.size() - 1);
        serverDevice = names.get(names.size() - 1);
        serverInterface = NetworkInterface.getByInetAddress(serverAddress).getName();
        assert serverAddress instanceof Inet4Address;
    }

    @Override
    public VerbsProvider client() {
        return Verbs.provider();
    }

    @Override
    public VerbsProvider server() {
        return Verbs.provider();
    }

    @Override
    public InetAddress clientAddress() {
        return clientAddress;
    }

    @Override
    public InetAddress serverAddress() {
        return serverAddress;
    }

    @Override
    public long nowNs() {
        return System.nanoTime();
    }

    @Override
    public void progress() {
        Thread.onSpinWait();
    }

    @Override
    public void serverLink(boolean up) throws Exception {
        onlySoft();
        run("ip", "link", "set", serverInterface, up ? "up" : "down");
        if (up && Files.isExecutable(NETWORK)) {
            run(NETWORK.toString(), "up");
        }
    }

    @Override
    public void removeServerDevice() throws Exception {
        onlySoft();
        // It returns only when this process has ended, so it is not waited for.
        start("rdma", "link", "delete", serverDevice);
    }

    /**
     * A NIC carries other people's traffic too. Only soft devices name the interface they are on.
     */
    private void onlySoft() {
        Assumptions.assumeTrue(
                Files.exists(Path.of("/sys/class/infiniband", serverDevice, "parent")),
                () -> "device=" + serverDevice + " is no soft device: it is left alone");
    }

    private static void run(String... command) throws Exception {
        finish(start(command), String.join(" ", command));
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static void finish(Process process, String what) throws Exception {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("command=\"" + what + "\" said=\"" + said.trim() + "\"");
        }
    }
}
