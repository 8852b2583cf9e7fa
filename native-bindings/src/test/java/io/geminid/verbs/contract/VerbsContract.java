package io.geminid.verbs.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.verbs.MemoryRegion;
import io.geminid.verbs.QueuePairLimits;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsException.Errno;
import io.geminid.verbs.connect.Connection;
import io.geminid.verbs.connect.ConnectionEvent.Kind;
import io.geminid.verbs.connect.ConnectionManager;
import io.geminid.verbs.connect.RetryPolicy;
import io.geminid.verbs.info.QueuePairInfo;
import io.geminid.verbs.info.QueuePairState;
import io.geminid.verbs.work.Completions;
import io.geminid.verbs.work.SendList;
import io.geminid.verbs.work.WorkStatus;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every implementation of the verbs does when nothing is broken. */
public abstract class VerbsContract {

    private VerbsRig rig;

    /** A network with two ends. */
    protected abstract VerbsRig rig() throws Exception;

    @BeforeEach
    void makeRig() throws Exception {
        rig = rig();
    }

    @Test
    void aSendFillsTheReceiveThatWasPostedFirst() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.server.receive(7, 0, 4096);
            pair.server.receive(8, 4096, 4096);
            pair.client.fill(0, 1000, 3);

            pair.client.send(1, 0, 1000);

            pair.server.expectReceived(7, WorkStatus.SUCCESS);
            assertThat(pair.server.batch.isReceive(0)).isTrue();
            assertThat(pair.server.batch.lengthBytes(0)).isEqualTo(1000);
            assertThat(pair.server.batch.hasImmediate(0)).isFalse();
            pair.server.assertFilled(0, 1000, 3);
            pair.client.expectSent(1, WorkStatus.SUCCESS);
            assertThat(pair.client.batch.isReceive(0)).isFalse();
            pair.server.expectNothing(pair.server.received);
        }
    }

    @Test
    void aReceiveIsScatteredOverHeaderAndSegment() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            End server = pair.server;
            server.receives.clear();
            server.receives
                    .receive(9)
                    .slice(server.at(128), 40, server.region.localKey())
                    .slice(server.at(65_536), 32_768, server.region.localKey());
            server.queuePair.postReceives(server.receives, 0);
            pair.client.fill(0, 40, 1);
            pair.client.fill(4096, 32_768, 2);
            pair.client.sends.clear();
            pair.client
                    .sends
                    .send(1, SendList.SIGNALED)
                    .slice(pair.client.at(0), 40, pair.client.region.localKey())
                    .slice(pair.client.at(4096), 32_768, pair.client.region.localKey());

            pair.client.post();

            server.expectReceived(9, WorkStatus.SUCCESS);
            server.assertFilled(128, 40, 1);
            server.assertFilled(65_536, 32_768, 2);
            pair.client.expectSent(1, WorkStatus.SUCCESS);
        }
    }

    @Test
    void aSendGathersAHeaderAndSixteenSlices() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            End client = pair.client;
            pair.server.receive(1, 0, 65_536);
            client.sends.clear();
            client.sends.send(1, SendList.SIGNALED);
            for (int i = 0; i < 17; i++) {
                client.fill(i * 8192, 100 + i, i);
                client.sends.slice(client.at(i * 8192), 100 + i, client.region.localKey());
            }

            client.post();

            pair.server.expectReceived(1, WorkStatus.SUCCESS);
            int at = 0;
            for (int i = 0; i < 17; i++) {
                pair.server.assertFilled(at, 100 + i, i);
                at += 100 + i;
            }
            assertThat(pair.server.batch.lengthBytes(0)).isEqualTo(at);
            client.expectSent(1, WorkStatus.SUCCESS);
        }
    }

    @Test
    void anInlineSendTakesTheDataAtThePost() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.server.receive(1, 0, 4096);
            pair.client.fill(0, 64, 5);

            pair.client.sends.clear();
            pair.client
                    .sends
                    .send(1, SendList.SIGNALED | SendList.INLINE)
                    .slice(pair.client.at(0), 64, 0);
            pair.client.post();
            pair.client.fill(0, 64, 77); // ours again at once

            pair.server.expectReceived(1, WorkStatus.SUCCESS);
            pair.server.assertFilled(0, 64, 5);
            pair.client.expectSent(1, WorkStatus.SUCCESS);
        }
    }

    @Test
    void anUnsignaledSendSaysNothingAndALaterSignaledOneSaysBoth() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.server.receive(1, 0, 4096);
            pair.server.receive(2, 4096, 4096);
            pair.client.send(1, 0, 0, 64);
            pair.server.expectReceived(1, WorkStatus.SUCCESS);
            pair.client.expectNothing(pair.client.sent);

            pair.client.send(2, 0, 64);

            pair.client.expectSent(2, WorkStatus.SUCCESS);
        }
    }

    @Test
    void aListIsPostedWholeAndCompletesInOrder() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            End client = pair.client;
            for (int i = 0; i < 32; i++) {
                pair.server.receive(100 + i, i * 4096, 4096);
            }
            client.sends.clear();
            for (int i = 0; i < 32; i++) {
                client.fill(i * 4096, 256, i);
                client.sends
                        .send(i, SendList.SIGNALED)
                        .slice(client.at(i * 4096), 256, client.region.localKey());
            }

            client.post();

            for (int i = 0; i < 32; i++) {
                pair.server.expectReceived(100 + i, WorkStatus.SUCCESS);
                pair.server.assertFilled(i * 4096, 256, i);
                client.expectSent(i, WorkStatus.SUCCESS);
            }
        }
    }

    @Test
    void fourBytesTravelBesideTheData() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.server.receive(1, 0, 4096);
            pair.client.sends.clear();
            pair.client
                    .sends
                    .sendWithImmediate(1, SendList.SIGNALED, 0x12345678)
                    .slice(pair.client.at(0), 8, pair.client.region.localKey());

            pair.client.post();

            pair.server.expectReceived(1, WorkStatus.SUCCESS);
            assertThat(pair.server.batch.hasImmediate(0)).isTrue();
            assertThat(pair.server.batch.immediate(0)).isEqualTo(0x12345678);
            pair.client.expectSent(1, WorkStatus.SUCCESS);
        }
    }

    @Test
    void anEmptySendTakesAReceive() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.server.receive(1, 0, 4096);
            pair.client.sends.clear();
            pair.client.sends.send(1, SendList.SIGNALED);

            pair.client.post();

            pair.server.expectReceived(1, WorkStatus.SUCCESS);
            assertThat(pair.server.batch.lengthBytes(0)).isZero();
            pair.client.expectSent(1, WorkStatus.SUCCESS);
        }
    }

    @Test
    void oneSidedRequestsReachARegionThatAllowsThem() throws Exception {
        try (Pair pair = Pair.connect(rig, End.EVERY_RIGHT)) {
            End client = pair.client;
            End server = pair.server;
            client.fill(0, 5000, 4);
            server.receive(5, 1 << 20, 64);
            client.sends.clear();
            client.sends
                    .write(1, SendList.SIGNALED, server.at(0), server.region.remoteKey())
                    .slice(client.at(0), 5000, client.region.localKey());
            client.sends
                    .writeWithImmediate(
                            2, SendList.SIGNALED, 99, server.at(8192), server.region.remoteKey())
                    .slice(client.at(0), 100, client.region.localKey());
            client.sends
                    .read(3, SendList.SIGNALED, server.at(0), server.region.remoteKey())
                    .slice(client.at(65_536), 5000, client.region.localKey());

            client.post();

            client.expectSent(1, WorkStatus.SUCCESS);
            client.expectSent(2, WorkStatus.SUCCESS);
            client.expectSent(3, WorkStatus.SUCCESS);
            server.assertFilled(0, 5000, 4);
            server.assertFilled(8192, 100, 4);
            client.assertFilled(65_536, 5000, 4);
            server.expectReceived(5, WorkStatus.SUCCESS);
            assertThat(server.batch.immediate(0)).isEqualTo(99);
            assertThat(server.batch.lengthBytes(0)).isEqualTo(100);
        }
    }

    @Test
    void aFullSendQueueKeepsTheRestWithTheCaller() throws Exception {
        QueuePairLimits few = new QueuePairLimits(8, 64, 1, 1, 0);
        // The queues may be larger than asked for, so fill what was granted; the receiver is
        // silent.
        try (Pair pair = Pair.connect(rig, few)) {
            int granted = pair.client.queuePair.limits().sends();
            int accepted = 0;
            int calls = 0;
            while (accepted == calls * 32L && calls < 1000) {
                pair.client.sends.clear();
                for (int i = 0; i < 32; i++) {
                    pair.client
                            .sends
                            .send(accepted + i, SendList.SIGNALED)
                            .slice(pair.client.at(0), 64, pair.client.region.localKey());
                }
                accepted += pair.client.queuePair.postSends(pair.client.sends, 0);
                calls++;
            }
            assertThat(accepted).isBetween(8, Math.max(8, 2 * granted));

            // As the queue empties, the rest can be posted from where it stopped.
            int first = accepted - (calls - 1) * 32;
            for (int i = 0; i < 64; i++) {
                pair.server.receive(i, 0, 4096);
            }
            int[] posted = {first};
            Completions completions = new Completions(16);
            rig.until(
                    "the rest is accepted",
                    () -> {
                        pair.client.sent.poll(completions);
                        posted[0] += pair.client.queuePair.postSends(pair.client.sends, posted[0]);
                        return posted[0] == 32;
                    });
        }
    }

    @Test
    void privateDataTravelsBothWays() throws Exception {
        try (ConnectionManager listening = rig.server().createConnectionManager();
                ConnectionManager connecting = rig.client().createConnectionManager()) {
            byte[] question = new byte[Connection.CONNECT_DATA_BYTES_MAX];
            byte[] answer = new byte[Connection.ACCEPT_DATA_BYTES_MAX];
            Arrays.fill(question, (byte) 3);
            Arrays.fill(answer, (byte) 4);
            try (Handshake shake = new Handshake(rig, connecting, listening)) {
                shake.request(question);
                assertThat(shake.event.privateData()).isEqualTo(question);
                assertThat(shake.event.listener()).isSameAs(shake.listener);
                shake.server(shake.event.connection()).connection.accept(answer);
                shake.expect(connecting, Kind.ESTABLISHED);
                assertThat(shake.event.privateData()).isEqualTo(answer);
                shake.expect(listening, Kind.ESTABLISHED);
                assertThat(shake.event.connection()).isSameAs(shake.server.connection);
            }
        }
    }

    @Test
    void aRejectionCarriesItsReason() throws Exception {
        try (ConnectionManager listening = rig.server().createConnectionManager();
                ConnectionManager connecting = rig.client().createConnectionManager()) {
            try (Handshake shake = new Handshake(rig, connecting, listening)) {
                shake.request(new byte[] {1});
                Connection refused = shake.event.connection();
                refused.reject(new byte[] {42});
                shake.expect(connecting, Kind.REJECTED);
                assertThat(shake.event.privateData()[0]).isEqualTo((byte) 42);
                refused.close();
            }
        }
    }

    @Test
    void nobodyListeningIsARejection() throws Exception {
        try (ConnectionManager listening = rig.server().createConnectionManager();
                ConnectionManager connecting = rig.client().createConnectionManager()) {
            try (Handshake shake = new Handshake(rig, connecting, listening)) {
                shake.listener.close();
                shake.connect(new byte[0]);
                shake.expect(connecting, Kind.REJECTED);
            }
        }
    }

    @Test
    void tooMuchPrivateDataIsRefusedBeforeItIsSent() throws Exception {
        try (ConnectionManager listening = rig.server().createConnectionManager();
                ConnectionManager connecting = rig.client().createConnectionManager()) {
            try (Handshake shake = new Handshake(rig, connecting, listening)) {
                assertThatThrownBy(
                                () ->
                                        shake.connect(
                                                new byte[Connection.CONNECT_DATA_BYTES_MAX + 1]))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("privateBytes=57 max=56");
            }
        }
    }

    @Test
    void aConnectionNeedsAQueuePairFirst() throws Exception {
        try (ConnectionManager listening = rig.server().createConnectionManager();
                ConnectionManager connecting = rig.client().createConnectionManager()) {
            try (Handshake shake = new Handshake(rig, connecting, listening)) {
                shake.request(new byte[0]);
                Connection without = shake.event.connection();
                assertThatThrownBy(() -> without.accept(new byte[0]))
                        .isInstanceOf(IllegalStateException.class);
                without.close(); // which refuses the request
                shake.expect(connecting, Kind.REJECTED);
            }
        }
    }

    @Test
    void theRetryPolicyReachesTheQueuePair() throws Exception {
        RetryPolicy policy = new RetryPolicy(16, 3, 2, 14);
        try (Pair pair = Pair.connect(rig, policy)) {
            QueuePairInfo client = pair.client.queuePair.query();
            QueuePairInfo server = pair.server.queuePair.query();

            assertThat(client.state()).isEqualTo(QueuePairState.READY_TO_SEND);
            assertThat(client.ackTimeout()).isEqualTo(16);
            assertThat(client.retries()).isEqualTo(new QueuePairInfo.Retries(3, 2, 14));
            assertThat(server.ackTimeout()).isEqualTo(16);
            assertThat(server.retries()).isEqualTo(new QueuePairInfo.Retries(3, 2, 14));
        }
    }

    @Test
    void disconnectingFlushesBothEndsAndTellsThem() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.client.receive(1, 0, 64);
            pair.server.receive(2, 0, 64);
            pair.server.receive(3, 64, 64);

            pair.client.connection.disconnect();

            pair.expect(pair.serverManager, Kind.DISCONNECTED);
            assertThat(pair.event.connection()).isSameAs(pair.server.connection);
            pair.expect(pair.clientManager, Kind.DISCONNECTED);
            pair.client.expectReceived(1, WorkStatus.FLUSHED);
            pair.server.expectReceived(2, WorkStatus.FLUSHED);
            pair.server.expectReceived(3, WorkStatus.FLUSHED);
        }
    }

    @Test
    void closingOneEndTellsTheOther() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.client.connection.close();
            pair.expect(pair.serverManager, Kind.DISCONNECTED);
        }
    }

    @Test
    void anArmedQueueWakesItsWaiter() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.server.receive(1, 0, 4096);
            pair.server.received.arm();
            assertThat(pair.server.received.poll(pair.server.batch)).isZero();
            assertThat(pair.server.received.await(1_000_000)).isFalse();

            pair.client.send(1, 0, 64);

            assertThat(pair.server.received.await(VerbsRig.PATIENCE_NS)).isTrue();
            pair.server.expectReceived(1, WorkStatus.SUCCESS);
        }
    }

    @Test
    void aWakeupEndsOneWait() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.client.received.wakeup();
            pair.client.received.wakeup();
            long startNs = rig.nowNs();

            assertThat(pair.client.received.await(VerbsRig.PATIENCE_NS)).isFalse();
            assertThat(rig.nowNs() - startNs).isLessThan(VerbsRig.PATIENCE_NS / 2);

            startNs = rig.nowNs();
            assertThat(pair.client.received.await(5_000_000)).isFalse();
            assertThat(rig.nowNs() - startNs).isGreaterThanOrEqualTo(5_000_000);
        }
    }

    @Test
    void whatIsInUseCannotBeClosed() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            assertThatThrownBy(pair.client.domain::close)
                    .isInstanceOfSatisfying(
                            VerbsException.class, e -> assertThat(e.is(Errno.EBUSY)).isTrue());
            assertThatThrownBy(pair.client.sent::close)
                    .isInstanceOfSatisfying(
                            VerbsException.class, e -> assertThat(e.is(Errno.EBUSY)).isTrue());
            assertThatThrownBy(pair.clientManager::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("connections=1");
        }
    }

    @Test
    void nothingWorksAfterClose() throws Exception {
        Pair pair = Pair.connect(rig);
        pair.close();
        pair.close(); // no error

        assertThatThrownBy(() -> pair.client.receive(1, 0, 64))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> pair.client.sent.poll(pair.client.batch))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> pair.client.connection.connect(new byte[0]))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> pair.clientManager.next(pair.event, 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void addressesAreKnownAtBothEnds() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            InetSocketAddress listening = pair.listener.localAddress();
            assertThat(listening.getAddress()).isEqualTo(rig.serverAddress());
            assertThat(pair.client.connection.remoteAddress()).isEqualTo(listening);
            assertThat(pair.server.connection.remoteAddress().getAddress())
                    .isEqualTo(rig.clientAddress());
            assertThat(pair.client.connection.localAddress().getAddress())
                    .isEqualTo(rig.clientAddress());
        }
    }

    @Test
    void aDeviceSaysWhatItIs() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            var device = pair.client.connection.device();
            assertThat(rig.client().devices()).contains(device);
            assertThat(device.info().name()).isNotEmpty();
            assertThat(device.info().ports()).isPositive();
            assertThat(device.info().limits().slices()).isGreaterThanOrEqualTo(17);
            assertThat(device.port(1).active()).isTrue();
            assertThat(device.port(1).mtu().activeBytes()).isBetween(256, 4096);
            assertThat(device.gids(1))
                    .anyMatch(g -> g.text().contains(rig.clientAddress().getHostAddress()));
        }
    }

    @Test
    void aWrongRegionIsRefused() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            assertThatThrownBy(() -> pair.client.domain.register(0, 64))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pair.client.domain.register(pair.client.at(0), 0))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(
                            () ->
                                    pair.client.domain.register(
                                            pair.client.at(0),
                                            64,
                                            EnumSet.of(io.geminid.verbs.MemoryAccess.REMOTE_WRITE)))
                    .isInstanceOf(IllegalArgumentException.class);
            try (MemoryRegion again = pair.client.domain.register(pair.client.at(0), 64)) {
                assertThat(again.address()).isEqualTo(pair.client.at(0));
                assertThat(again.lengthBytes()).isEqualTo(64);
            }
        }
    }

    @Test
    void fewLimitsAreGrantedAtLeast() throws Exception {
        QueuePairLimits wanted = new QueuePairLimits(16, 32, 3, 2, 64);
        try (Pair pair = Pair.connect(rig, wanted)) {
            QueuePairLimits granted = pair.client.queuePair.limits();
            assertThat(granted.sends()).isGreaterThanOrEqualTo(16);
            assertThat(granted.receives()).isGreaterThanOrEqualTo(32);
            assertThat(granted.sendSlices()).isGreaterThanOrEqualTo(3);
            assertThat(granted.receiveSlices()).isGreaterThanOrEqualTo(2);
            assertThat(granted.inlineBytes()).isGreaterThanOrEqualTo(64);
        }
    }
}
