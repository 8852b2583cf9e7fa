package io.geminid.shuffle.transport.link;

import io.geminid.config.ConfigKey;
import java.io.IOException;
import java.net.InetAddress;
import org.slf4j.Logger;

/** Where a transport whose connections are not authenticated may listen. */
public final class BindPolicy {

    /** Whether connections that are not authenticated may come from other hosts. */
    public static final ConfigKey<Boolean> ALLOW_INSECURE =
            ConfigKey.flag(
                    "geminid.security.allow-insecure",
                    false,
                    "Listen for unauthenticated, unencrypted connections from other hosts.");

    private BindPolicy() {}

    /**
     * Checks an address before it is bound; says so where others can reach it.
     *
     * @param address to listen on
     * @param allowed value of {@link #ALLOW_INSECURE}
     * @param key that chose the address
     * @param log the transport's
     * @throws IOException if it is not a loopback address and that is not allowed; names the key
     */
    public static void check(
            final InetAddress address,
            final boolean allowed,
            final ConfigKey<String> key,
            final Logger log)
            throws IOException {
        if (address.isLoopbackAddress()) {
            return;
        }
        if (!allowed) {
            throw new IOException(
                    key
                            + "="
                            + address.getHostAddress()
                            + " is not a loopback address and connections are not authenticated:"
                            + " set "
                            + ALLOW_INSECURE
                            + "=true if the network is trusted");
        }
        log.warn(
                "{}=true: whoever reaches {} can read and write the data of this process",
                ALLOW_INSECURE,
                address);
    }
}
