package io.geminid.perf.demo;

import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.rdma.RdmaTransportContext;
import io.geminid.shuffle.tcp.TcpTransportContext;
import io.geminid.shuffle.transport.link.BindPolicy;
import io.geminid.verbs.Verbs;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How the demo's workers are told to talk to each other. */
final class DemoTransport {

    /** Addresses of RDMA devices that a test network has set up for this, separated by commas. */
    private static final String ADDRESSES = "GEMINID_RDMA_ADDRESSES";

    private static final String TCP = "tcp";

    private DemoTransport() {}

    /** Configuration of all workers. */
    static Map<String, String> entries(final String service) {
        return Map.of(ShuffleServices.SERVICE.name(), service);
    }

    /** Configuration of one worker: each takes the next address. */
    static Map<String, String> entries(final String service, final int worker) {
        final String addresses = System.getenv(ADDRESSES);
        if (service.equals(TCP) || addresses == null || addresses.isBlank()) {
            return Map.of();
        }
        final String[] all = addresses.split(",");
        final String address = all[worker % all.length].trim();
        final Map<String, String> entries = new HashMap<>();
        entries.put(RdmaTransportContext.BIND_ADDRESS.name(), address);
        entries.put(TcpTransportContext.BIND_ADDRESS.name(), address);
        // Whoever names addresses for this has a network for this.
        entries.put(BindPolicy.ALLOW_INSECURE.name(), "true");
        return entries;
    }

    /** For the line that says what happens. */
    static String describe(final String service) {
        if (!service.equals("auto")) {
            return service;
        }
        final Optional<String> whyNot = Verbs.unavailabilityCause();
        return whyNot.map(why -> "tcp (" + why + ")")
                .orElse("rdma where both ends have it, else tcp");
    }
}
