package io.geminid.shuffle.rdma;

import io.geminid.shuffle.rdma.queue.RegisteredMemory;
import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.Device;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.info.GidInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a transport has of its device: protection domain, registered memory, completion queue.
 * Opened and closed by the transport, used by its agent.
 */
final class RdmaDevice implements AutoCloseable {

    private static final String IPV4 = "::ffff:";
    private static final Logger LOG = LoggerFactory.getLogger(RdmaDevice.class);

    private final VerbsProvider provider;
    private final Device device;
    private final InetAddress address;
    private final ProtectionDomain domain;
    private final RegisteredMemory registered;
    private final CompletionQueue completions;
    private final RdmaCounters counters;

    /** Guards against a wake-up of a queue that is being closed. */
    private final Object wakeLock = new Object();

    private boolean closed;
    private volatile boolean removed;

    /** A device and one of its addresses. */
    private record Found(Device device, InetAddress address) {}

    private RdmaDevice(
            final VerbsProvider provider,
            final Found found,
            final int completionsMax,
            final RdmaCounters counters)
            throws VerbsException {
        this.provider = provider;
        this.device = found.device();
        this.address = found.address();
        this.counters = counters;
        this.domain = device.createProtectionDomain();
        this.registered = new RegisteredMemory(domain);
        this.completions = device.createCompletionQueue(completionsMax);
    }

    /**
     * Opens the device of an address.
     *
     * @param provider whose devices
     * @param context says which address; names the key to change when there is none
     * @param counters of the transport
     * @throws IOException if there is no such device, or it has too little of something
     */
    static RdmaDevice open(
            final VerbsProvider provider,
            final RdmaTransportContext context,
            final RdmaCounters counters)
            throws IOException {
        final List<Found> all = new ArrayList<>();
        for (final Device each : provider.devices()) {
            for (int port = 1; port <= each.info().ports(); port++) {
                for (final GidInfo gid : each.gids(port)) {
                    if (gid.text().startsWith(IPV4)) {
                        final String text = gid.text().substring(IPV4.length());
                        all.add(new Found(each, InetAddress.getByName(text)));
                    }
                }
            }
        }
        final String wanted = context.bindAddress();
        final InetAddress named = wanted.isEmpty() ? null : InetAddress.getByName(wanted);
        for (final Found each : all) {
            if (named == null || each.address().equals(named)) {
                final int completionsMax = context.queues().completionsMax();
                final long limit = each.device().info().limits().completions();
                if (completionsMax > limit) {
                    throw new IOException(
                            "completions="
                                    + completionsMax
                                    + " needed, device has at most="
                                    + limit
                                    + ": lower "
                                    + RdmaTransportContext.CONNECTIONS_MAX);
                }
                return new RdmaDevice(provider, each, completionsMax, counters);
            }
        }
        throw new IOException(
                "no RDMA device has the address "
                        + RdmaTransportContext.BIND_ADDRESS
                        + "="
                        + wanted
                        + " addressesThereAre="
                        + all.stream().map(each -> each.address().getHostAddress()).toList());
    }

    VerbsProvider provider() {
        return provider;
    }

    InetAddress address() {
        return address;
    }

    ProtectionDomain domain() {
        return domain;
    }

    RegisteredMemory registered() {
        return registered;
    }

    CompletionQueue completions() {
        return completions;
    }

    RdmaCounters counters() {
        return counters;
    }

    /** The system says that the device goes away. */
    void removed() {
        if (!removed) {
            removed = true;
            LOG.warn("device={} address={} was removed", device, address.getHostAddress());
        }
    }

    /** Whether there can be no new connections. */
    boolean isRemoved() {
        return removed;
    }

    /** Ends the agent's wait. Any thread. */
    void wakeUp() {
        synchronized (wakeLock) {
            if (closed) {
                return;
            }
            try {
                completions.wakeup();
            } catch (final VerbsException e) {
                LOG.error("cannot wake the agent: {}", e.getMessage());
            }
        }
    }

    /** After the agent has ended, and the pool has forgotten {@link #registered}. */
    @Override
    public void close() throws VerbsException {
        synchronized (wakeLock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        completions.close();
        domain.close();
    }
}
