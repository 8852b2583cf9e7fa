package io.geminid.verbs;

import io.geminid.verbs.load.HostProbe;
import io.geminid.verbs.load.NativeDoor;
import java.io.IOException;
import java.util.Optional;

/**
 * The door: is there RDMA on this host, and if not, why. For any thread.
 *
 * <p>The devices are looked for at every call, because they come and go; the native library is
 * loaded once, and only if there is a device. {@code -Dgeminid.verbs.enabled=false} keeps it all
 * off.
 */
public final class Verbs {

    /** System property: {@code false} keeps RDMA off. */
    public static final String ENABLED_PROPERTY = "geminid.verbs.enabled";

    private static VerbsProvider provider; // guarded by the class
    private static String loadFailure; // guarded by the class; a failed load is not tried again

    private Verbs() {}

    /**
     * Whether there is RDMA here now.
     *
     * @return true if {@link #provider} works
     */
    public static boolean isAvailable() {
        return unavailabilityCause().isEmpty();
    }

    /**
     * Why there is none.
     *
     * @return one line with the reason and the remedy; empty if there is RDMA
     */
    public static Optional<String> unavailabilityCause() {
        if (!Boolean.parseBoolean(System.getProperty(ENABLED_PROPERTY, "true"))) {
            return Optional.of("RDMA is off: " + ENABLED_PROPERTY + "=false");
        }
        Optional<String> host = new HostProbe().whyNot();
        return host.isPresent() ? host : Optional.ofNullable(load());
    }

    /**
     * Insists on RDMA.
     *
     * @throws UnsupportedOperationException if there is none, with the reason
     */
    public static void ensureAvailable() {
        Optional<String> cause = unavailabilityCause();
        if (cause.isPresent()) {
            throw new UnsupportedOperationException(cause.get());
        }
    }

    /**
     * The way to this host's devices.
     *
     * @return the provider, the same one every time
     * @throws UnsupportedOperationException if there is no RDMA, with the reason
     */
    public static VerbsProvider provider() {
        ensureAvailable();
        synchronized (Verbs.class) {
            return provider;
        }
    }

    private static synchronized String load() {
        if (provider == null && loadFailure == null) {
            try {
                provider = NativeDoor.open();
            } catch (IOException | LinkageError e) {
                loadFailure = "RDMA is off: the native library cannot be used: " + e.getMessage();
            }
        }
        return loadFailure;
    }
}
