package io.geminid.verbs.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.verbs.connect.ConnectionEvent.Kind;
import io.geminid.verbs.work.WorkStatus;
import org.junit.jupiter.api.Test;

/**
 * What is seen when a device is taken away. A suite of its own, because a soft device is really
 * gone only when the process has ended: the connection manager keeps every device open.
 */
public abstract class VerbsRemovalContract {

    /** A network with two ends. */
    protected abstract VerbsRig rig() throws Exception;

    @Test
    void aRemovedDeviceTellsItsOwnerAndThePeer() throws Exception {
        Pair pair = Pair.connect(rig());
        pair.client.receive(1, 0, 64);

        pair.rig.removeServerDevice();

        pair.expect(pair.serverManager, Kind.DEVICE_REMOVED);
        boolean first = pair.event.connection() == pair.server.connection;
        assertThat(first || pair.event.listener() == pair.listener).isTrue();
        pair.await(pair.serverManager, Kind.DEVICE_REMOVED);
        if (first) {
            assertThat(pair.event.listener()).isSameAs(pair.listener);
        } else {
            assertThat(pair.event.connection()).isSameAs(pair.server.connection);
        }
        pair.server.close();
        pair.listener.close();

        pair.expect(pair.clientManager, Kind.DISCONNECTED);
        pair.client.expectReceived(1, WorkStatus.FLUSHED);
        pair.close();
    }
}
