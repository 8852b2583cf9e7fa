package io.geminid.verbs.connect;

import io.geminid.verbs.VerbsException;
import java.net.InetSocketAddress;

/** An address at which connection requests arrive, as events of its manager. */
public interface Listener extends AutoCloseable {

    /**
     * Where it listens.
     *
     * @return the address with the port that was chosen
     * @throws VerbsException if the system does not say
     */
    InetSocketAddress localAddress() throws VerbsException;

    /**
     * Stops listening. Connections that came by it live on.
     *
     * @throws VerbsException if the system refuses
     */
    @Override
    void close() throws VerbsException;
}
