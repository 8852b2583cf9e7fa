package io.geminid.verbs.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.connect.Connection;
import io.geminid.verbs.connect.ConnectionEvent;
import io.geminid.verbs.connect.ConnectionEvent.Kind;
import io.geminid.verbs.connect.ConnectionManager;
import io.geminid.verbs.connect.Listener;
import io.geminid.verbs.connect.RetryPolicy;
import java.net.InetSocketAddress;

/** A connection on its way, for tests that look at the steps. */
final class Handshake implements AutoCloseable {

    final ConnectionEvent event = new ConnectionEvent();
    final Listener listener;
    final End client;
    End server;

    private final VerbsRig rig;
    private final ConnectionManager listening;

    Handshake(VerbsRig rig, ConnectionManager connecting, ConnectionManager listening)
            throws Exception {
        this.rig = rig;
        this.listening = listening;
        listener =
                listening.listen(
                        new InetSocketAddress(rig.serverAddress(), 0), 8, RetryPolicy.DEFAULT);
        Connection connection =
                connecting.resolve(
                        new InetSocketAddress(rig.clientAddress(), 0),
                        listener.localAddress(),
                        RetryPolicy.DEFAULT);
        expect(connecting, Kind.RESOLVED);
        client = new End(rig, connection, Pair.LIMITS, ProtectionDomain.LOCAL_ONLY);
    }

    void connect(byte[] privateData) throws VerbsException {
        client.connection.connect(privateData);
    }

    /** Connects, and waits for the request at the other end. */
    void request(byte[] privateData) throws Exception {
        connect(privateData);
        expect(listening, Kind.CONNECT_REQUEST);
    }

    End server(Connection connection) throws VerbsException {
        server = new End(rig, connection, Pair.LIMITS, ProtectionDomain.LOCAL_ONLY);
        return server;
    }

    void expect(ConnectionManager manager, Kind kind) throws Exception {
        rig.until("event " + kind, () -> manager.next(event, 0));
        assertThat(event.kind()).as(event.toString()).isEqualTo(kind);
    }

    @Override
    public void close() throws VerbsException {
        client.close();
        if (server != null) {
            server.close();
        }
        listener.close();
    }
}
