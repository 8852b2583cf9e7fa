package io.geminid.perf;

import io.geminid.shuffle.rdma.RdmaTransportContext;
import io.geminid.shuffle.tcp.TcpTransportContext;
import io.geminid.shuffle.transport.link.BindPolicy;
import java.util.List;
import java.util.Map;

/**
 * Addresses of RDMA devices that somebody has set up for tests and measurements, separated by
 * commas in the environment's {@value #ADDRESSES}.
 */
public final class TestNetwork {

    /** Name of the variable. */
    public static final String ADDRESSES = "GEMINID_RDMA_ADDRESSES";

    private TestNetwork() {}

    /**
     * The addresses.
     *
     * @return as in the environment; empty if there are none
     */
    public static List<String> addresses() {
        final String text = System.getenv(ADDRESSES);
        return text == null || text.isBlank() ? List.of() : List.of(text.trim().split("[\\s,]+"));
    }

    /**
     * Configuration of one process: each takes the next address.
     *
     * @param process counted from 0 on
     * @return where it listens; empty if there are no addresses
     */
    public static Map<String, String> entries(final int process) {
        final List<String> all = addresses();
        if (all.isEmpty()) {
            return Map.of();
        }
        final String address = all.get(process % all.size());
        // Whoever names addresses for this has a network for this.
        return Map.of(
                RdmaTransportContext.BIND_ADDRESS.name(),
                address,
                TcpTransportContext.BIND_ADDRESS.name(),
                address,
                BindPolicy.ALLOW_INSECURE.name(),
                "true");
    }
}
