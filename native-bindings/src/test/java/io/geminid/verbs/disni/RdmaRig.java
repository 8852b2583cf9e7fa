package io.geminid.verbs.disni;

import io.geminid.verbs.Device;
import io.geminid.verbs.Verbs;
import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.contract.SoftNetwork;
import io.geminid.verbs.contract.VerbsRig;
import io.geminid.verbs.info.GidInfo;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The real devices of this host: the first and the last that have an IPv4 address, so that with two
 * the traffic crosses their link. Breaking things needs what {@link SoftNetwork} needs.
 */
final class RdmaRig extends VerbsRig {

    private static final String MAPPED = "::ffff:";

    private final InetAddress clientAddress;
    private final InetAddress serverAddress;
    private final SoftNetwork server;

    RdmaRig() throws IOException {
        List<InetAddress> addresses = new ArrayList<>();
        for (Device device : Verbs.provider().devices()) {
            for (GidInfo gid : device.gids(1)) {
                if (gid.text().startsWith(MAPPED)) {
                    addresses.add(InetAddress.getByName(gid.text().substring(MAPPED.length())));
                    break;
                }
            }
        }
        clientAddress = addresses.get(0);
        serverAddress = addresses.get(addresses.size() - 1);
        server = new SoftNetwork(serverAddress);
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
        server.link(up);
    }

    @Override
    public void removeServerDevice() throws Exception {
        // It returns only when this process has ended, so it is not waited for.
        server.delete();
    }
}
