package io.geminid.verbs.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.verbs.AsyncEvent;
import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.QueuePairLimits;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.connect.Connection;
import io.geminid.verbs.connect.ConnectionEvent;
import io.geminid.verbs.connect.ConnectionEvent.Kind;
import io.geminid.verbs.connect.ConnectionManager;
import io.geminid.verbs.connect.Listener;
import io.geminid.verbs.connect.RetryPolicy;
import io.geminid.verbs.contract.End;
import io.geminid.verbs.contract.Pair;
import io.geminid.verbs.info.QueuePairState;
import io.geminid.verbs.work.SendList;
import io.geminid.verbs.work.WorkStatus;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the fabric does beyond the contract: the unkind things that hardware may do. */
class SoftwareFabricTest {

    private final FabricRig rig = new FabricRig(5, FaultPlan.NONE);

    // INV: a posted buffer is the device's. Writing to it too early is seen at the other end.
    @Test
    void changingAPostedSendShowsAtTheReceiver() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.server.receive(1, 0, 64);
            pair.client.fill(0, 64, 1);
            pair.client.send(1, 0, 64);
            pair.client.fill(0, 64, 2);

            pair.server.expectReceived(1, WorkStatus.SUCCESS);
            pair.server.assertFilled(0, 64, 2);
        }
    }

    @Test
    void dataArrivesBeforeItsCompletionShows() throws Exception {
        FabricRig late = new FabricRig(9, new FaultPlan(0, 50, 0, 0));
        try (Pair pair = Pair.connect(late)) {
            int early = 0;
            for (int i = 1; i <= 20; i++) {
                pair.server.receive(i, 0, 64);
                pair.client.fill(0, 64, i);
                pair.client.send(i, 0, 64);
                byte last = (byte) (i + 63 * 31);
                late.until("data", () -> pair.server.memory.get(63) == last);
                early += pair.server.received.poll(pair.server.batch) == 0 ? 1 : 0;
                if (pair.server.batch.size() == 0) {
                    pair.server.expectReceived(i, WorkStatus.SUCCESS);
                }
                pair.client.expectSent(i, WorkStatus.SUCCESS);
            }
            assertThat(early).isGreaterThan(10);
        }
    }

    @Test
    void aMissingReceiveIsCounted() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            pair.server.receive(1, 0, 64);
            pair.client.send(1, 0, 64);
            pair.client.expectSent(1, WorkStatus.SUCCESS);
            assertThat(rig.fabric.receiverNotReadyCount()).isZero();

            pair.client.send(2, 0, 64);
            pair.client.expectSent(2, WorkStatus.RNR_RETRY_EXCEEDED);
            assertThat(rig.fabric.receiverNotReadyCount()).isEqualTo(7); // once and six retries
        }
    }

    @Test
    void oneReceiveTooManyIsNotAccepted() throws Exception {
        try (Pair pair = Pair.connect(rig, new QueuePairLimits(4, 4, 1, 1, 0))) {
            End server = pair.server;
            server.receives.clear();
            for (int i = 0; i < 5; i++) {
                server.receives.receive(i).slice(server.at(0), 64, server.region.localKey());
            }
            assertThat(server.queuePair.postReceives(server.receives, 0)).isEqualTo(4);
            assertThat(server.queuePair.postReceives(server.receives, 4)).isZero();

            pair.client.send(1, 0, 64);
            server.expectReceived(0, WorkStatus.SUCCESS);
            assertThat(server.queuePair.postReceives(server.receives, 4)).isOne();
        }
    }

    @Test
    void anOverrunCompletionQueueFailsItsQueuePairs() throws Exception {
        try (Pair pair = Pair.connect(rig)) {
            End client = pair.client;
            int room = client.sent.capacity();
            for (int i = 0; i <= room; i++) {
                pair.server.receive(i, 0, 64);
                client.send(i, 0, 64);
                pair.server.expectReceived(i, WorkStatus.SUCCESS);
                rig.idle(10_000);
            }

            AsyncEvent event = new AsyncEvent();
            assertThat(client.connection.device().nextAsyncEvent(event, 0)).isTrue();
            assertThat(event.kind()).isEqualTo(AsyncEvent.Kind.COMPLETION_QUEUE_ERROR);
            assertThat(client.queuePair.query().state()).isEqualTo(QueuePairState.ERROR);
            assertThatThrownBy(() -> client.sent.poll(client.batch))
                    .isInstanceOf(VerbsException.class)
                    .hasMessageContaining("ibv_poll_cq");
        }
    }

    @Test
    void aDeliveredButUnacknowledgedSendIsFlushedAfterAFailure() throws Exception {
        FabricRig slow = new FabricRig(3, new FaultPlan(100, 0, 0, 0));
        try (Pair pair = Pair.connect(slow)) {
            pair.server.receive(1, 0, 64);
            pair.client.fill(0, 64, 8);
            pair.client.send(1, 0, 64);
            pair.server.expectReceived(1, WorkStatus.SUCCESS);

            slow.fabric.breakQueuePair(pair.client.queuePair);

            // The sender cannot know that it arrived: whoever repeats it must not deliver it twice.
            pair.client.expectSent(1, WorkStatus.FLUSHED);
            pair.server.assertFilled(0, 64, 8);
        }
    }

    // Both happen, by the seed: whoever repeats a failed send must be ready for its first copy.
    @Test
    void aFailedSendMayArriveWhenTheCableIsBack() throws Exception {
        Set<WorkStatus> seen = EnumSet.noneOf(WorkStatus.class);
        for (long seed = 1; seed <= 20; seed++) {
            FabricRig other = new FabricRig(seed, FaultPlan.NONE);
            try (Pair pair = Pair.connect(other)) {
                pair.server.receive(1, 0, 64);
                other.serverLink(false);
                pair.client.send(1, 0, 64);
                pair.client.expectSent(1, WorkStatus.RETRY_EXCEEDED);
                other.serverLink(true);
                other.idle(1_000_000);
                pair.server.queuePair.toError();
                pair.server.next(pair.server.received);
                seen.add(pair.server.batch.status(0));
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(WorkStatus.SUCCESS, WorkStatus.FLUSHED);
    }

    @Test
    void aCrashedHostIsNoticedAndItsPeerFlushed() throws Exception {
        Pair pair = Pair.connect(rig);
        pair.client.receive(1, 0, 64);

        rig.fabric.crash(rig.server());

        pair.expect(pair.clientManager, Kind.DISCONNECTED);
        pair.client.expectReceived(1, WorkStatus.FLUSHED);
        pair.client.close();
        assertThat(rig.fabric.queuePairCount()).isZero();
    }

    @Test
    void aFullBacklogRefuses() throws Exception {
        try (ConnectionManager listening = rig.server().createConnectionManager();
                ConnectionManager connecting = rig.client().createConnectionManager();
                Listener listener =
                        listening.listen(
                                new InetSocketAddress(rig.serverAddress(), 0),
                                1,
                                RetryPolicy.DEFAULT)) {
            ConnectionEvent event = new ConnectionEvent();
            List<Connection> open = new ArrayList<>();
            List<AutoCloseable> made = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Connection connection =
                        connecting.resolve(null, listener.localAddress(), RetryPolicy.DEFAULT);
                rig.until("resolved", () -> connecting.next(event, 0));
                ProtectionDomain domain = connection.device().createProtectionDomain();
                CompletionQueue queue = connection.device().createCompletionQueue(8);
                connection.createQueuePair(
                        domain, queue, queue, new QueuePairLimits(4, 4, 1, 1, 0));
                connection.connect(new byte[0]);
                open.add(connection);
                made.add(queue);
                made.add(domain);
            }
            rig.until("an answer", () -> connecting.next(event, 0));
            assertThat(event.kind()).isEqualTo(Kind.REJECTED);
            assertThat(event.connection()).isSameAs(open.get(1));
            assertThat(listening.next(event, 0)).isTrue();
            event.connection().close();
            for (Connection connection : open) {
                connection.close();
            }
            for (AutoCloseable closeable : made) {
                closeable.close();
            }
        }
    }

    @Test
    void lostMessagesArriveLateAndOnce() throws Exception {
        FabricRig lossy = new FabricRig(11, FaultPlan.JITTER.losing(200_000));
        try (Pair pair = Pair.connect(lossy)) {
            for (int i = 0; i < 50; i++) {
                pair.server.receive(i, i * 64, 64);
                pair.client.fill(i * 64, 64, i);
                pair.client.send(i, i * 64, 64);
                pair.server.expectReceived(i, WorkStatus.SUCCESS);
                pair.server.assertFilled(i * 64, 64, i);
                pair.client.expectSent(i, WorkStatus.SUCCESS);
            }
            assertThat(lossy.fabric.lostCount()).isPositive();
        }
    }

    @Test
    void theSameSeedTellsTheSameStory() throws Exception {
        assertThat(story(21)).isEqualTo(story(21));
        assertThat(story(21)).isNotEqualTo(story(22));
    }

    /** In which order the completions of four queue pairs show. */
    private static String story(long seed) throws Exception {
        FabricRig rig = new FabricRig(seed, FaultPlan.JITTER);
        StringBuilder story = new StringBuilder();
        try (Pair a = Pair.connect(rig);
                Pair b = Pair.connect(rig)) {
            for (int i = 0; i < 20; i++) {
                a.server.receive(i, 0, 64);
                b.server.receive(i, 0, 64);
                a.client.send(i, 0, 64);
                b.client.send(i, 0, 64);
            }
            int seen = 0;
            while (seen < 40) {
                seen += tell(story, 'a', a.server, a.server.received);
                seen += tell(story, 'b', b.server, b.server.received);
                rig.progress();
            }
        }
        return story.toString();
    }

    private static int tell(StringBuilder story, char name, End end, CompletionQueue queue)
            throws VerbsException {
        int count = queue.poll(end.batch);
        if (count > 0) {
            story.append(name);
        }
        return count;
    }

    @Test
    void aPartOfAListIsAcceptedBeforeABadRequest() throws Exception {
        try (Pair pair = Pair.connect(rig, new QueuePairLimits(8, 8, 1, 1, 16))) {
            End client = pair.client;
            client.sends.clear();
            client.sends.send(1, SendList.SIGNALED).slice(client.at(0), 8, 0);
            client.sends
                    .send(2, SendList.SIGNALED | SendList.INLINE)
                    .slice(client.at(0), 17, client.region.localKey());

            assertThatThrownBy(client::post)
                    .isInstanceOfSatisfying(
                            VerbsException.class, e -> assertThat(e.accepted()).isOne());
        }
    }
}
