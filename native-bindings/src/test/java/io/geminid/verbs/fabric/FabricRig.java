package io.geminid.verbs.fabric;

import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.contract.VerbsRig;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Two hosts of a software fabric. */
final class FabricRig extends VerbsRig {

    final SoftwareFabric fabric;
    private final InetAddress clientAddress;
    private final InetAddress serverAddress;
    private final VerbsProvider client;
    private final VerbsProvider server;

    FabricRig(long seed, FaultPlan plan) {
        try {
            clientAddress = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
            serverAddress = InetAddress.getByAddress(new byte[] {10, 0, 0, 2});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
        fabric = new SoftwareFabric(seed, plan);
        client = fabric.addHost(clientAddress);
        server = fabric.addHost(serverAddress);
    }

    @Override
    public VerbsProvider client() {
        return client;
    }

    @Override
    public VerbsProvider server() {
        return server;
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
        return fabric.nowNs();
    }

    @Override
    public void progress() {
        fabric.step();
    }

    @Override
    public void serverLink(boolean up) {
        fabric.link(serverAddress, up);
    }

    @Override
    public void removeServerDevice() {
        fabric.removeDevice(serverAddress);
    }
}
