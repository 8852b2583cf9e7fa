package io.geminid.perf.demo;

import io.geminid.perf.TestNetwork;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.verbs.Verbs;
import java.util.Map;
import java.util.Optional;

/** How the demo's workers are told to talk to each other. */
final class DemoTransport {

    private static final String TCP = "tcp";

    private DemoTransport() {}

    /** Configuration of all workers. */
    static Map<String, String> entries(final String service) {
        return Map.of(ShuffleServices.SERVICE.name(), service);
    }

    /** Configuration of one worker: each takes the next address. */
    static Map<String, String> entries(final String service, final int worker) {
        return service.equals(TCP) ? Map.of() : TestNetwork.entries(worker);
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
