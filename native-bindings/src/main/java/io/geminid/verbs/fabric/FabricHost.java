package io.geminid.verbs.fabric;

import io.geminid.verbs.Device;
import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.connect.ConnectionManager;
import io.geminid.verbs.fabric.FabricConnectionManager.FabricListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A host of the fabric, with its devices and connection managers. */
final class FabricHost implements VerbsProvider {

    private final SoftwareFabric fabric;
    private final List<FabricDevice> devices = new ArrayList<>();
    private final List<FabricConnectionManager> managers = new ArrayList<>();

    FabricHost(SoftwareFabric fabric, InetAddress... addresses) {
        if (addresses.length == 0) {
            throw new IllegalArgumentException("addresses=0");
        }
        this.fabric = fabric;
        for (InetAddress address : addresses) {
            if (fabric.device(address) != null) {
                throw new IllegalArgumentException("address=" + address + " is taken");
            }
            devices.add(new FabricDevice(fabric, "sw" + devices.size(), address));
        }
    }

    @Override
    public String name() {
        return "fabric";
    }

    @Override
    public List<Device> devices() {
        return devices.stream().filter(d -> !d.isRemoved()).map(d -> (Device) d).toList();
    }

    /** The device of an address; null if there is none. */
    FabricDevice device(InetAddress address) {
        for (FabricDevice device : devices) {
            if (!device.isRemoved() && device.address().equals(address)) {
                return device;
            }
        }
        return null;
    }

    /** The device that reaches everything, as routes would choose; null if all are gone. */
    FabricDevice defaultDevice() {
        for (FabricDevice device : devices) {
            if (!device.isRemoved()) {
                return device;
            }
        }
        return null;
    }

    @Override
    public ConnectionManager createConnectionManager() {
        FabricConnectionManager manager = new FabricConnectionManager(fabric, this);
        managers.add(manager);
        return manager;
    }

    void forget(FabricConnectionManager manager) {
        managers.remove(manager);
    }

    FabricListener listener(InetSocketAddress address) {
        for (FabricConnectionManager manager : managers) {
            FabricListener listener = manager.listener(address);
            if (listener != null) {
                return listener;
            }
        }
        return null;
    }

    void deviceRemoved(FabricDevice device) {
        for (FabricConnectionManager manager : managers) {
            manager.deviceRemoved(device);
        }
    }

    void crash() {
        for (FabricConnectionManager manager : List.copyOf(managers)) {
            manager.crash();
        }
        managers.clear();
        devices.forEach(FabricDevice::remove);
    }

    @Override
    public void adviseHugePages(long address, long lengthBytes) {
        // The fabric reads and writes memory of any page size.
    }
}
