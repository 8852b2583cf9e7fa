package io.geminid.verbs.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.verbs.AsyncEvent;
import io.geminid.verbs.MemoryRegion;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.connect.ConnectionEvent;
import io.geminid.verbs.connect.ConnectionManager;
import io.geminid.verbs.connect.RetryPolicy;
import io.geminid.verbs.info.QueuePairState;
import io.geminid.verbs.work.SendList;
import io.geminid.verbs.work.WorkStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is seen when something breaks: the same on the fabric and on real verbs. Each test is one
 * line of the table in the module's README.
 */
public abstract class VerbsFaultContract {

    private static final RetryPolicy NO_RNR_RETRY = new RetryPolicy(14, 6, 0, 12);
    private static final RetryPolicy QUICK = new RetryPolicy(14, 2, 6, 12);

    private VerbsRig rig;

    /** A network with two ends. */
    protected abstract VerbsRig rig() throws Exception;

    @BeforeEach
    void makeRig() throws Exception {
        rig = rig();
    }

    private void assertBothFailed(Pair pair) throws Exception {
        assertFailed(pair.client);
        assertFailed(pair.server);
    }

    private void assertFailed(End end) throws Exception {
        rig.until(
                "queue pair in error", () -> end.queuePair.query().state() == QueuePairState.ERROR);
    }

    @Test
    void aReceiveThatIsTooSmallFailsBothEnds() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.server.memory.put(16, (byte) 99);
            pair.server.receive(1, 0, 16);
            pair.server.receive(2, 64, 4096);
            pair.client.fill(0, 64, 1);

            pair.client.send(5, 0, 64);

            pair.client.expectSent(5, WorkStatus.REMOTE_OPERATION_ERROR);
            pair.server.expectReceived(1, WorkStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR);
            pair.server.expectReceived(2, WorkStatus.FLUSHED);
            assertBothFailed(pair);
            assertThat(pair.server.memory.get(16)).isEqualTo((byte) 99);
        }
    }

    @Test
    void aSendWithoutAReceiveFailsAfterTheRetries() throws Exception {
        try (Pair pair = Pair.connect(rig, NO_RNR_RETRY)) {
            long startNs = rig.nowNs();
            pair.client.send(5, 0, 64);
            pair.client.expectSent(5, WorkStatus.RNR_RETRY_EXCEEDED);
            assertThat(rig.nowNs() - startNs).isLessThan(2_000_000_000L);
            assertFailed(pair.client);
        }
    }

    @Test
    void aReceivePostedInTimeSavesTheSend() throws Exception {
        RetryPolicy patient = new RetryPolicy(14, 6, 6, 26); // 163 ms, six times
        try (Pair pair = Pair.connect(rig, patient)) {
            pair.client.fill(0, 64, 9);
            pair.client.send(5, 0, 64);
            pair.client.expectNothing(pair.client.sent);

            pair.server.receive(1, 0, 64);

            pair.client.expectSent(5, WorkStatus.SUCCESS);
            pair.server.expectReceived(1, WorkStatus.SUCCESS);
            pair.server.assertFilled(0, 64, 9);
        }
    }

    @Test
    void aWrongRemoteKeyFailsBothEnds() throws Exception {
        try (Pair pair = Pair.connect(rig, End.EVERY_RIGHT)) {
            expectAccessError(pair, pair.server.at(0), pair.server.region.remoteKey() + 0x10101);
        }
    }

    @Test
    void aWriteOutOfBoundsFailsBothEnds() throws Exception {
        try (Pair pair = Pair.connect(rig, End.EVERY_RIGHT)) {
            expectAccessError(
                    pair, pair.server.at(End.MEMORY_BYTES - 32), pair.server.region.remoteKey());
        }
    }

    // S-08: what is only received into can be reached by no key.
    @Test
    void aRegionWithTheDefaultRightsCannotBeWrittenByAPeer() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.server.fill(0, 64, 3);
            expectAccessError(pair, pair.server.at(0), pair.server.region.remoteKey());
            pair.server.assertFilled(0, 64, 3);
        }
    }

    // S-10: a key opens nothing on a queue pair of another domain.
    @Test
    void aKeyOfAnotherDomainOpensNothing() throws Exception {
        try (Pair pair = Pair.connect(rig, End.EVERY_RIGHT);
                ProtectionDomain stranger =
                        pair.server.connection.device().createProtectionDomain();
                MemoryRegion region = stranger.register(pair.server.at(0), 4096, End.EVERY_RIGHT)) {
            pair.server.fill(0, 64, 3);
            expectAccessError(pair, region.address(), region.remoteKey());
            pair.server.assertFilled(0, 64, 3);
        }
    }

    private void expectAccessError(Pair pair, long address, int key) throws Exception {
        End client = pair.client;
        client.fill(0, 64, 77);
        pair.server.receive(9, 1 << 20, 64);
        client.sends.clear();
        client.sends
                .write(1, SendList.SIGNALED, address, key)
                .slice(client.at(0), 64, client.region.localKey());

        client.post();

        client.expectSent(1, WorkStatus.REMOTE_ACCESS_ERROR);
        assertBothFailed(pair);
        client.send(2, 0, 64);
        client.expectSent(2, WorkStatus.FLUSHED);
        pair.server.expectReceived(9, WorkStatus.FLUSHED);
    }

    @Test
    void aReadOutOfBoundsFailsBothEnds() throws Exception {
        try (Pair pair = Pair.connect(rig, End.EVERY_RIGHT)) {
            End client = pair.client;
            client.sends.clear();
            client.sends
                    .read(
                            1,
                            SendList.SIGNALED,
                            pair.server.at(End.MEMORY_BYTES - 32),
                            pair.server.region.remoteKey())
                    .slice(client.at(0), 64, client.region.localKey());

            client.post();

            client.expectSent(1, WorkStatus.REMOTE_ACCESS_ERROR);
            assertBothFailed(pair);
        }
    }

    @Test
    void aWrongLocalKeyFailsTheSender() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.server.receive(1, 0, 4096);
            pair.client.sends.clear();
            pair.client
                    .sends
                    .send(5, SendList.SIGNALED)
                    .slice(pair.client.at(0), 64, pair.client.region.localKey() + 0x10101);

            pair.client.post();

            pair.client.expectSent(5, WorkStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR);
            assertFailed(pair.client);
        }
    }

    // F31: every posted buffer comes back, once, in order.
    @Test
    void aForcedErrorFlushesEverythingOnceAndInOrder() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            for (int i = 0; i < 40; i++) {
                pair.client.receive(i, i * 64, 64);
            }

            pair.client.queuePair.toError();
            pair.client.queuePair.toError(); // no error

            for (int i = 0; i < 40; i++) {
                pair.client.expectReceived(i, WorkStatus.FLUSHED);
            }
            pair.client.expectNothing(pair.client.received);
        }
    }

    @Test
    void sendsPostedAfterTheErrorAreFlushedEvenUnsignaled() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.client.queuePair.toError();
            pair.client.send(1, 0, 0, 64);
            pair.client.send(2, 0, 64);

            pair.client.expectSent(1, WorkStatus.FLUSHED);
            pair.client.expectSent(2, WorkStatus.FLUSHED);
            pair.client.expectNothing(pair.client.sent);
        }
    }

    @Test
    void sendsToAFailedPeerFailInBoundedTime() throws Exception {
        try (Pair pair = Pair.connect(rig, QUICK)) {
            pair.server.queuePair.toError();
            assertFailed(pair.server);

            pair.client.send(1, 0, 0, 64); // unsignaled, but failures are always said
            pair.client.send(2, 0, 64);

            pair.client.expectSent(1, WorkStatus.RETRY_EXCEEDED);
            pair.client.expectSent(2, WorkStatus.FLUSHED);
            assertFailed(pair.client);
        }
    }

    @Test
    void anEndThatFailsBeforeItHasSeenThatItIsUpSeesThatAllTheSame() throws Exception {
        try (ConnectionManager listening = rig.server().createConnectionManager();
                ConnectionManager connecting = rig.client().createConnectionManager();
                Handshake shake = new Handshake(rig, connecting, listening)) {
            shake.request(new byte[0]);
            shake.server(shake.event.connection()).connection.accept(new byte[0]);
            shake.server.receive(1, 0, 64);
            shake.expect(connecting, ConnectionEvent.Kind.ESTABLISHED);
            shake.server.queuePair.toError();
            shake.expect(listening, ConnectionEvent.Kind.ESTABLISHED);
            shake.server.expectReceived(1, WorkStatus.FLUSHED);
        }
    }

    @Test
    void aPulledCableFailsTheSenderAndLeavesTheReceiverItsBuffers() throws Exception {
        try (Pair pair = Pair.connect(rig, QUICK)) {
            pair.server.receive(9, 0, 64);
            rig.serverLink(false);
            try {
                pair.client.send(1, 0, 64);
                pair.client.expectSent(1, WorkStatus.RETRY_EXCEEDED);
                assertFailed(pair.client);
                pair.server.expectNothing(pair.server.received);
                AsyncEvent event = new AsyncEvent();
                rig.until(
                        "port error",
                        () ->
                                pair.server.connection.device().nextAsyncEvent(event, 0)
                                        && event.kind() == AsyncEvent.Kind.PORT_ERROR);
            } finally {
                rig.serverLink(true);
            }
            rig.idle(200_000_000);
            pair.server.queuePair.toError();
            // The message may have waited on its way: that its sender failed says nothing of it.
            pair.server.next(pair.server.received);
            assertThat(pair.server.batch.id(0)).isEqualTo(9);
            assertThat(pair.server.batch.status(0)).isIn(WorkStatus.SUCCESS, WorkStatus.FLUSHED);
        }
        rig.until("port active", () -> rig.server().devices().get(0).port(1).active());
        awaitWorkingNetwork();
    }

    /** A link that came up again needs its neighbours looked up before a connection works. */
    private void awaitWorkingNetwork() throws Exception {
        rig.until("a new connection works", this::connects);
    }

    private boolean connects() throws Exception {
        try (Pair again = Pair.connect(rig)) {
            again.server.receive(1, 0, 64);
            again.client.send(1, 0, 64);
            again.server.expectReceived(1, WorkStatus.SUCCESS);
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    @Test
    void aRegionCanBeRegisteredAgainAfterAFailedConnection() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.client.queuePair.toError();
            pair.client.connection.close();
            MemoryRegion again = pair.client.domain.register(pair.client.at(0), 4096);
            again.close();
            assertThat(again.lengthBytes()).isEqualTo(4096);
        } catch (VerbsException e) {
            throw new AssertionError(e);
        }
    }
}
