package io.geminid.verbs.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.verbs.MemoryAccess;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.QueuePairLimits;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.connect.Connection;
import io.geminid.verbs.connect.ConnectionEvent;
import io.geminid.verbs.connect.ConnectionEvent.Kind;
import io.geminid.verbs.connect.ConnectionManager;
import io.geminid.verbs.connect.Listener;
import io.geminid.verbs.connect.RetryPolicy;
import java.net.InetSocketAddress;
import java.util.Set;

/** Two connected ends. */
public final class Pair implements AutoCloseable {

    public static final QueuePairLimits LIMITS = new QueuePairLimits(64, 64, 17, 2, 128);

    public final VerbsRig rig;
    public final ConnectionManager clientManager;
    public final ConnectionManager serverManager;
    public final Listener listener;
    public final ConnectionEvent event = new ConnectionEvent();
    public final End client;
    public final End server;

    private Pair(VerbsRig rig, RetryPolicy policy, QueuePairLimits limits, Set<MemoryAccess> rights)
            throws Exception {
        this.rig = rig;
        clientManager = rig.client().createConnectionManager();
        serverManager = rig.server().createConnectionManager();
        listener = serverManager.listen(new InetSocketAddress(rig.serverAddress(), 0), 8, policy);
        Connection connecting =
                clientManager.resolve(
                        new InetSocketAddress(rig.clientAddress(), 0),
                        listener.localAddress(),
                        policy);
        expect(clientManager, Kind.RESOLVED);
        client = new End(rig, connecting, limits, rights);
        connecting.connect(new byte[0]);
        expect(serverManager, Kind.CONNECT_REQUEST);
        server = new End(rig, event.connection(), limits, rights);
        server.connection.accept(new byte[0]);
        expect(clientManager, Kind.ESTABLISHED);
        expect(serverManager, Kind.ESTABLISHED);
    }

    public static Pair connect(VerbsRig rig) throws Exception {
        return new Pair(rig, RetryPolicy.DEFAULT, LIMITS, ProtectionDomain.LOCAL_ONLY);
    }

    public static Pair connect(VerbsRig rig, RetryPolicy policy) throws Exception {
        return new Pair(rig, policy, LIMITS, ProtectionDomain.LOCAL_ONLY);
    }

    public static Pair connect(VerbsRig rig, QueuePairLimits limits) throws Exception {
        return new Pair(rig, RetryPolicy.DEFAULT, limits, ProtectionDomain.LOCAL_ONLY);
    }

    public static Pair connect(VerbsRig rig, RetryPolicy policy, QueuePairLimits limits)
            throws Exception {
        return new Pair(rig, policy, limits, ProtectionDomain.LOCAL_ONLY);
    }

    public static Pair connect(VerbsRig rig, Set<MemoryAccess> rights) throws Exception {
        return new Pair(rig, RetryPolicy.DEFAULT, LIMITS, rights);
    }

    /** Waits for a manager's next event, which must be of that kind; it is in {@link #event}. */
    public void expect(ConnectionManager manager, Kind kind) throws Exception {
        rig.until("event " + kind, () -> manager.next(event, 0));
        assertThat(event.kind()).as(event.toString()).isEqualTo(kind);
    }

    /** Waits for a manager's next event of that kind, whatever comes before. */
    public void await(ConnectionManager manager, Kind kind) throws Exception {
        rig.until("event " + kind, () -> manager.next(event, 0) && event.kind() == kind);
    }

    @Override
    public void close() throws VerbsException {
        client.close();
        server.close();
        listener.close();
        clientManager.close();
        serverManager.close();
    }
}
