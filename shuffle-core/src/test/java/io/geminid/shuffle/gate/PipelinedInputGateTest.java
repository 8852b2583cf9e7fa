package io.geminid.shuffle.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.event.EndOfData;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.UserEvent;
import io.geminid.shuffle.gate.HandNetwork.HandChannel;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.partition.PipelinedResultPartition;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.testing.RealThreads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PipelinedInputGateTest extends GateFixture {

    @Test
    void grantsWhatItHasAndAgainWhatItIsDoneWith() throws IOException {
        final PipelinedInputGate gate = openGate(2, 1, descriptor(0, THERE));
        final HandChannel channel = network.opened.get(0);
        assertThat(channel.granted).isEqualTo(2);
        assertThat(gate.openCredits()).isEqualTo(2);
        channel.data(7, 0);
        // Another one, which is floating, makes up for the one that is filled.
        assertThat(channel.granted).isEqualTo(3);
        channel.data(8, 0);
        assertThat(channel.granted).isEqualTo(3);
        assertThat(gate.openCredits()).isEqualTo(1);

        assertThat(pollValue(gate)).isEqualTo(7);
        assertThat(channel.granted).isEqualTo(4);
        assertThat(pollValue(gate)).isEqualTo(8);
        assertThat(gate.openCredits()).isEqualTo(2);
        gate.checkLedgers(gatePool.held());
        gate.close();
        assertThat(channel.closed).isTrue();
    }

    // INV K3
    @Test
    void asksForFloatingSegmentsAsFarAsTheBacklogGoes() throws IOException {
        final PipelinedInputGate gate = openGate(1, 8, descriptor(0, THERE));
        final HandChannel channel = network.opened.get(0);
        channel.data(1, 3);

        // received 1; open is backlog 3 and exclusive 1
        assertThat(channel.granted).isEqualTo(5);
        assertThat(gatePool.held()).isEqualTo(5);
        gate.close();
    }

    // INV K4
    @Test
    void aFloatingSegmentGoesToTheChannelThatWaits() throws IOException {
        final PipelinedInputGate gate = openGate(0, 1, descriptor(0, THERE), descriptor(1, THERE));
        final HandChannel first = network.opened.get(0);
        final HandChannel second = network.opened.get(1);
        first.receiver.onBacklog(1);
        second.receiver.onBacklog(1);
        assertThat(first.granted).isEqualTo(1);
        assertThat(second.granted).isZero();
        first.data(1, 1);
        assertThat(gate.poll(element)).isTrue();
        assertThat(second.granted).isZero();

        element.buffer().release();
        assertThat(second.granted).isEqualTo(1);
        second.data(2, 0);
        assertThat(pollValue(gate)).isEqualTo(2);
        assertThat(first.granted).isEqualTo(2);
        gate.close();
    }

    // INV K7
    @Test
    void aSegmentThatAnotherHolderGivesBackBecomesACredit() throws IOException {
        pool = pools.pool(4);
        final PipelinedInputGate gate = openGate(0, 3, descriptor(0, THERE));
        final LocalSegmentPool other = pool.createLocalPool(new LocalPoolContext("other", 0, 4, 0));
        final Deque<Segment> taken = new ArrayDeque<>();
        for (int i = 0; i < 3; i++) {
            taken.add(other.poll(SegmentOwner.named("gate-test")));
        }
        final HandChannel channel = network.opened.get(0);
        channel.receiver.onBacklog(2);
        assertThat(channel.granted).isEqualTo(1);
        taken.remove().close();
        assertThat(channel.granted).isEqualTo(2);

        // Nobody waits any more: the next one is passed on.
        final AtomicInteger otherWoken = new AtomicInteger();
        channel.receiver.onBacklog(3);
        channel.receiver.onBacklog(0);
        gate.close();
        taken.forEach(Segment::close);
        assertThat(other.awaitAvailable(otherWoken::incrementAndGet)).isFalse();
    }

    // INV K5
    @Test
    void aBlockedChannelLendsItsFloatingSegments() throws IOException {
        final PipelinedInputGate gate = openGate(0, 1, descriptor(0, THERE), descriptor(1, THERE));
        final HandChannel first = network.opened.get(0);
        final HandChannel second = network.opened.get(1);
        first.receiver.onBacklog(1);
        second.receiver.onBacklog(1);
        assertThat(first.granted).isEqualTo(1);
        first.event(new UserEvent(1, 1, true), false);
        assertThat(second.granted).isEqualTo(1);
        assertThat(gate.poll(element)).isTrue();
        second.data(5, 0);
        assertThat(gate.poll(element)).isTrue();

        gate.resumeConsumption(0);
        assertThat(first.resumed).isZero();
        element.buffer().release();
        assertThat(first.granted).isEqualTo(1);
        gate.close();
    }

    @Test
    void channelsTakeTurns() throws Exception {
        final PipelinedResultPartition local = localPartition(2);
        final PipelinedInputGate gate =
                openGate(2, 1, descriptor(0, THERE), descriptor(1, THERE), descriptor(2, HERE));
        for (int i = 0; i < 2; i++) {
            network.opened.get(0).data(0, 0);
            network.opened.get(1).data(1, 0);
        }
        write(local, 1);
        final List<Integer> order = new ArrayList<>();
        while (gate.poll(element)) {
            order.add(element.channel());
            element.buffer().release();
        }

        // The local channel was ready first, since it is asked once after it was opened.
        assertThat(order).containsExactly(2, 0, 1, 0, 1);
        gate.close();
        local.close();
    }

    // INV U2
    @Test
    void priorityEventsOfAllChannelsComeFirst() throws Exception {
        final PipelinedResultPartition local = localPartition(1);
        final PipelinedInputGate gate = openGate(2, 1, descriptor(0, THERE), descriptor(1, HERE));
        final HandChannel remote = network.opened.get(0);
        assertThat(gate.poll(element)).isFalse();
        remote.data(1, 0);
        write(local, 1);
        for (int i = 0; i < 2; i++) {
            local.broadcastEvent(new UserEvent(i, 0, false), true);
            remote.event(new UserEvent(i, 0, false), true);
        }
        final List<Integer> kinds = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            assertThat(gate.poll(element)).isTrue();
            assertThat(element.event()).as("element %s", i).isInstanceOf(UserEvent.class);
            kinds.add(((UserEvent) element.event()).kind());
        }
        assertThat(kinds).containsExactly(0, 0, 1, 1);
        assertThat(gate.poll(element)).isTrue();
        element.buffer().release();
        gate.close();
        local.close();
    }

    // INV K8
    @Test
    void everyElementHasTheNextNumberAcrossTheWrap() throws IOException {
        final PipelinedInputGate gate = openGate(2, 1, descriptor(0, THERE));
        final HandChannel channel = network.opened.get(0);
        ((RemoteInputChannel) channel.receiver).expectSequence(-2);
        channel.sequence = -2;
        for (int i = 0; i < 5; i++) {
            channel.data(i, 0);
            assertThat(pollValue(gate)).isEqualTo(i);
            channel.event(new UserEvent(1, i, false), false);
            assertThat(gate.poll(element)).isTrue();
        }
        assertThat(channel.sequence).isEqualTo(8);
        channel.sequence++;
        channel.data(1, 0);

        assertThatThrownBy(() -> gate.poll(element))
                .isInstanceOf(InputChannelException.class)
                .hasMessageContaining("BAD_SEQUENCE: data sequence=9 expected=8")
                .hasMessageContaining("gate=test channel=0 partition=1/0/0#0 subpartition=0");
        gate.close();
    }

    // INV K9
    @Test
    void nothingComesAfterTheEnd() {
        for (final boolean data : new boolean[] {true, false}) {
            final PipelinedInputGate gate = openGate(2, 1, descriptor(0, THERE));
            final HandChannel channel = network.opened.get(network.opened.size() - 1);
            channel.event(data ? new EndOfData(true) : new EndOfPartition(), false);
            if (data) {
                channel.data(1, 0);
            } else {
                channel.event(new UserEvent(1, 1, false), false);
            }
            assertThatThrownBy(
                            () -> {
                                while (gate.poll(element)) {
                                    // the end itself
                                }
                            })
                    .isInstanceOf(InputChannelException.class)
                    .hasMessageContaining("after its end");
            gate.close();
        }
    }

    // INV K1
    @Test
    void dataWithoutCreditBreaksTheChannel() {
        final PipelinedInputGate gate = openGate(1, 1, descriptor(0, THERE));
        final HandChannel channel = network.opened.get(0);
        assertThat(channel.data(1, 0)).isTrue();
        assertThat(channel.data(2, 0)).isTrue();
        assertThat(channel.granted).isEqualTo(2);
        assertThat(channel.data(3, 0)).isFalse();

        assertThatThrownBy(() -> gate.poll(element))
                .isInstanceOf(InputChannelException.class)
                .hasMessageContaining("BAD_CREDIT");
        gate.close();
    }

    @Test
    void bytesThatAreNoEventBreakTheChannel() {
        final PipelinedInputGate gate = openGate(1, 1, descriptor(0, THERE));
        network.opened
                .get(0)
                .receiver
                .onEvent(ByteBuffer.allocate(3).order(ByteOrder.LITTLE_ENDIAN), 0, false);

        assertThatThrownBy(() -> gate.poll(element))
                .isInstanceOf(InputChannelException.class)
                .hasMessageContaining("BAD_CONTENT: eventType=0");
        gate.close();
    }

    @Test
    void aBrokenChannelNamesItsPartitionAgainAndAgain() {
        final PipelinedInputGate gate = openGate(1, 1, descriptor(3, THERE));
        final IOException cause = new TransportException(Reason.LINK_LOST, "peer=x");
        network.opened.get(0).receiver.onError(cause);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> gate.poll(element))
                    .isInstanceOfSatisfying(
                            InputChannelException.class,
                            e ->
                                    assertThat(e.partition())
                                            .isEqualTo(new ResultPartitionId(1, 0, 3, 0)))
                    .hasCause(cause);
        }
        gate.close();
    }

    @Test
    void asksAgainForAPartitionThatIsNotThereYet() throws Exception {
        final PipelinedInputGate gate = openGate(1, 1, descriptor(0, THERE), descriptor(1, HERE));
        final PartitionNotFoundException notFound =
                new PartitionNotFoundException(new ResultPartitionId(1, 0, 0, 0), "test=true");
        network.opened.get(0).receiver.onError(notFound);
        assertThat(retries).hasSize(2);
        final PipelinedResultPartition local = localPartition(1);
        write(local, 3);
        retries.remove().run();
        retries.remove().run();

        assertThat(network.opened).hasSize(2);
        assertThat(network.opened.get(1).granted).isEqualTo(1);
        assertThat(gate.poll(element)).isTrue();
        assertThat(element.channel()).isEqualTo(1);
        element.buffer().release();
        network.opened.get(1).data(4, 0);
        assertThat(pollValue(gate)).isEqualTo(4);
        gate.close();
        local.close();
    }

    @Test
    void doesNotAskAgainForAPartitionOfWhichSomethingCame() throws IOException {
        final PipelinedInputGate gate = openGate(1, 1, descriptor(0, THERE));
        final HandChannel channel = network.opened.get(0);
        channel.data(1, 0);
        channel.receiver.onError(
                new PartitionNotFoundException(new ResultPartitionId(1, 0, 0, 0), "test=true"));

        assertThat(retries).isEmpty();
        assertThatThrownBy(() -> gate.poll(element))
                .hasCauseInstanceOf(PartitionNotFoundException.class);
        gate.close();
    }

    // SU-08, INV K11
    @Test
    void aViewThatComesAfterTheCloseIsReleased() throws Exception {
        final PipelinedResultPartition local = localPartition(1);
        final PipelinedInputGate[] gate = new PipelinedInputGate[1];
        provider =
                (partition, subpartition, listener) -> {
                    gate[0].close();
                    return registry.createView(partition, subpartition, listener);
                };
        gate[0] = gate(1, 1, descriptor(1, HERE));
        gate[0].requestPartitions();
        write(local, 1);
        local.finish();

        // Nobody reads: what is written goes nowhere.
        assertThat(pool.heldByOwner()).isEmpty();
        local.close();
    }

    @Test
    void asksLessAndLessOftenAndNotForEver() {
        for (final UUID process : List.of(HERE, THERE)) {
            delaysNs.clear();
            final PipelinedInputGate gate = openGate(1, 1, descriptor(9, process));
            while (true) {
                if (process.equals(THERE)) {
                    network.opened
                            .get(network.opened.size() - 1)
                            .receiver
                            .onError(
                                    new PartitionNotFoundException(
                                            new ResultPartitionId(1, 0, 9, 0), "test=true"));
                }
                if (retries.isEmpty()) {
                    break;
                }
                retries.remove().run();
            }
            assertThat(delaysNs)
                    .containsExactly(10_000_000L, 20_000_000L, 40_000_000L, 30_000_000L);
            assertThatThrownBy(() -> gate.poll(element))
                    .isInstanceOf(InputChannelException.class)
                    .hasCauseInstanceOf(PartitionNotFoundException.class)
                    .hasMessageContaining("1/0/9#0");
            gate.close();
        }
    }

    @Test
    void aLocalProducerThatFailsOrClosesIsNamed() throws Exception {
        for (final boolean fails : new boolean[] {true, false}) {
            final PipelinedResultPartition local = localPartition(1);
            final PipelinedInputGate gate = openGate(1, 1, descriptor(1, HERE));
            write(local, 1);
            if (fails) {
                local.fail(new IllegalStateException("broken=yes"));
            } else {
                local.close();
            }
            assertThatThrownBy(() -> gate.poll(element))
                    .isInstanceOf(InputChannelException.class)
                    .hasMessageContaining("partition=1/0/1#0")
                    .hasMessageContaining(fails ? "broken=yes" : "closed before its end");
            gate.close();
            local.close();
        }
    }

    @Test
    void theListenerRunsOnceAndOnlyIfThereIsNothing() throws Exception {
        final PipelinedInputGate gate = openGate(2, 1, descriptor(0, THERE));
        final HandChannel channel = network.opened.get(0);
        final AtomicInteger runs = new AtomicInteger();
        assertThat(gate.awaitAvailable(runs::incrementAndGet)).isTrue();
        channel.data(1, 0);
        channel.data(2, 0);
        assertThat(runs).hasValue(1);
        assertThat(gate.awaitAvailable(runs::incrementAndGet)).isFalse();
        pollValue(gate);
        pollValue(gate);
        assertThat(gate.awaitAvailable(runs::incrementAndGet)).isTrue();

        gate.close();
        assertThat(runs).hasValue(2);
        assertThatThrownBy(() -> gate.poll(element))
                .isInstanceOf(IOException.class)
                .hasMessage("gate=test is closed");
    }

    @Test
    void isFinishedWhenEveryChannelHasEnded() throws Exception {
        final PipelinedResultPartition local = localPartition(1);
        final PipelinedInputGate gate = openGate(1, 1, descriptor(0, THERE), descriptor(1, HERE));
        final HandChannel remote = network.opened.get(0);
        remote.event(new EndOfData(true), false);
        gate.poll(element);
        gate.poll(element);
        gate.acknowledgeAllRecordsProcessed(0);
        gate.acknowledgeAllRecordsProcessed(1);
        assertThat(remote.processed).isTrue();
        assertThat(local.isAllRecordsProcessed()).isTrue();
        remote.event(new EndOfPartition(), false);
        assertThat(gate.poll(element)).isTrue();
        assertThat(gate.isFinished()).isFalse();
        assertThat(remote.closed).isTrue();
        local.finish();
        assertThat(gate.poll(element)).isTrue();

        assertThat(gate.isFinished()).isTrue();
        assertThat(gate.poll(element)).isFalse();
        assertThat(local.isConsumed()).isTrue();
        // The channel's own segments are back before the gate is closed.
        assertThat(gatePool.held()).isZero();
        gate.close();
        local.close();
    }

    // INV K11
    @Test
    void whatComesAfterTheCloseIsDropped() throws IOException {
        final PipelinedInputGate gate = openGate(3, 1, descriptor(0, THERE));
        final HandChannel channel = network.opened.get(0);
        channel.data(1, 0);
        channel.data(2, 0);
        final Segment underWay = channel.receiver.segmentForData();
        assertThat(gate.poll(element)).isTrue();
        final Buffer held = element.buffer();
        gate.close();
        gate.close();
        channel.receiver.onData(underWay, 1, 2, 0);
        channel.event(new EndOfData(true), false);
        channel.receiver.onBacklog(3);
        channel.receiver.onError(new IOException("late=true"));
        assertThat(channel.receiver.segmentForData()).isNull();
        assertThat(gatePool.held()).isEqualTo(1);

        assertThat(held.memory().getInt(held.offset())).isEqualTo(1);
        held.release();
        assertThat(gatePool.held()).isZero();
    }

    @Test
    void aProducerMayBecomeKnownLater() throws Exception {
        final PipelinedResultPartition local = localPartition(1);
        final PipelinedInputGate gate = gate(2, 1, null, null);
        assertThat(gatePool.held()).isEqualTo(4);
        gate.updateChannel(1, descriptor(1, HERE));
        assertThat(gatePool.held()).isEqualTo(2);
        gate.requestPartitions();
        assertThat(network.opened).isEmpty();
        assertThat(gate.describe(0)).isEqualTo("gate=test channel=0 partition=unknown");
        assertThatThrownBy(() -> gate.resumeConsumption(0))
                .isInstanceOf(IllegalStateException.class);

        gate.updateChannel(0, descriptor(0, THERE));
        gate.updateChannel(0, descriptor(0, THERE));
        assertThat(network.opened).hasSize(1);
        assertThat(network.opened.get(0).granted).isEqualTo(2);
        assertThatThrownBy(() -> gate.updateChannel(0, descriptor(5, THERE)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot become partition=1/0/5#0");
        gate.close();
        local.close();
    }

    // SU-08, INV K11
    @Test
    void updatesReadsAndClosesMayRace() {
        for (int round = 0; round < 300; round++) {
            final PipelinedResultPartition local = localPartition(1);
            final HandNetwork handNetwork = network;
            final PipelinedInputGate gate = gate(2, 1, null, null);
            final Random random = seed.fork();
            final int[] spins = random.ints(4, 0, 3_000).toArray();
            RealThreads.run(
                    4,
                    Duration.ofSeconds(60),
                    thread -> {
                        for (int i = 0; i < spins[thread]; i++) {
                            Thread.onSpinWait();
                        }
                        switch (thread) {
                            case 0 -> gate.updateChannel(0, descriptor(0, THERE));
                            case 1 -> {
                                gate.updateChannel(1, descriptor(1, HERE));
                                write(local, 1);
                                local.close();
                            }
                            case 2 -> {
                                gate.requestPartitions();
                                readUntilClosed(gate);
                            }
                            default -> gate.close();
                        }
                    });
            for (final HandChannel channel : handNetwork.opened) {
                assertThat(channel.closed).isTrue();
            }
            assertThat(gatePool.held()).isZero();
            handNetwork.opened.clear();
            local.close();
        }
    }

    private static void readUntilClosed(final PipelinedInputGate gate) {
        final InputElement into = new InputElement();
        try {
            for (int i = 0; i < 200; i++) {
                if (gate.poll(into) && into.buffer() != null) {
                    into.buffer().release();
                }
            }
        } catch (final IOException e) {
            assertThat(e).hasMessageMatching(".*(is closed|closed before its end)");
        }
    }
}
