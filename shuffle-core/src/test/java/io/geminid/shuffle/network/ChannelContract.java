package io.geminid.shuffle.network;

import static io.geminid.shuffle.network.ScriptedPartitions.id;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.TransportHarness;
import io.geminid.shuffle.wire.ChannelErrorCode;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.WireVersion;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What channels must do, whatever the transport. Subclasses say only how to make one. */
public abstract class ChannelContract {

    private static final int PIECE_BYTES = 1024;
    private static final int SEGMENTS = 512;
    private static final int CHANNELS_MAX = 300;

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private TransportHarness harness;
    private LocalSegmentPool pool;
    private final List<ScriptedReceiver> receivers = new ArrayList<>();
    private Node a;
    private Node b;

    /** Only subclasses. */
    protected ChannelContract() {}

    /**
     * Makes what drives the transports of one test.
     *
     * @param random the test's
     * @return closed by the contract
     */
    protected abstract TransportHarness harness(Random random);

    /**
     * How many connections two processes may have.
     *
     * @return 1, unless a subclass tries more
     */
    protected int connectionsMax() {
        return 1;
    }

    /** A process. */
    private final class Node {

        private final ScriptedPartitions partitions = new ScriptedPartitions();
        private final Transport transport;
        private final ChannelNetwork network;
        private final InetSocketAddress address;
        private final UUID processId;

        Node(final int firstSequence) throws IOException {
            this(firstSequence, connectionsMax());
        }

        Node(final int firstSequence, final int connectionsMax) throws IOException {
            processId = new UUID(seed.random().nextLong(), seed.random().nextLong());
            transport =
                    harness.transport(
                            new Handshake(
                                    WireVersion.FIRST,
                                    WireVersion.CURRENT,
                                    PoolExtension.SEGMENT_BYTES,
                                    CHANNELS_MAX,
                                    0,
                                    processId));
            network =
                    new ChannelNetwork(
                            transport,
                            partitions,
                            new NetworkContext(processId, CHANNELS_MAX, 1000, connectionsMax),
                            firstSequence);
            address = network.start();
        }

        ScriptedSubpartition produce(final int number) {
            return partitions.add(number, PIECE_BYTES);
        }

        ScriptedReceiver read(
                final Node producer,
                final int number,
                final int initialCredit,
                final boolean grantsAgain) {
            return read(producer.address, number, initialCredit, grantsAgain);
        }

        ScriptedReceiver read(
                final InetSocketAddress producer,
                final int number,
                final int credit,
                final boolean grantsAgain) {
            final ScriptedReceiver in = new ScriptedReceiver(pool, credit, grantsAgain);
            receivers.add(in);
            in.channel(network.open(producer, id(number), SubpartitionRange.of(0), credit, in));
            return in;
        }

        int connections() {
            return transport.counters().connections();
        }

        /** Both see the same connections, and no more than there may be. */
        boolean agreesWith(final Node other) {
            return connections() == other.connections()
                    && connections() > 0
                    && connections() <= connectionsMax();
        }
    }

    @BeforeEach
    void startTwo() throws IOException {
        harness = harness(seed.random());
        final SegmentPool whole = pools.pool(SEGMENTS + harness.segmentsOfItsOwn());
        harness.pool(whole);
        pool = whole.createLocalPool(LocalPoolContext.fixed("channels", SEGMENTS));
        a = new Node(0);
        b = new Node(0);
    }

    @AfterEach
    void everythingIsBack() {
        a.network.close();
        b.network.close();
        harness.close();
        for (final ScriptedReceiver receiver : receivers) {
            assertThat(receiver.problems()).isEmpty();
        }
        for (final Node node : List.of(a, b)) {
            assertThat(node.transport.counters().refused()).isZero();
            for (final ScriptedSubpartition each : node.partitions.all()) {
                assertThat(each.outstanding()).isZero();
            }
        }
        assertThat(pool.held()).isZero();
        pool.close();
    }

    private byte[] random(final int length) {
        final byte[] bytes = new byte[length];
        seed.random().nextBytes(bytes);
        return bytes;
    }

    private static byte[] text(final String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void deliversBytesAndEventsInOrder() {
        final ScriptedSubpartition out = a.produce(1);
        final ScriptedReceiver in = b.read(a, 1, 2, true);
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        final List<String> events = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            final byte[] record = random(seed.random().nextInt(3 * PIECE_BYTES));
            out.write(record);
            written.writeBytes(record);
            if (i % 10 == 0) {
                out.event(text("event " + i), false, false);
                events.add("event " + i + "@" + written.size());
            }
            if (seed.random().nextInt(10) == 0) {
                harness.settle();
            }
        }
        harness.await("all", () -> in.size() == written.size() && in.events().size() == 20);
        assertThat(in.bytes()).isEqualTo(written.toByteArray());
        assertThat(in.events()).isEqualTo(events);
    }

    @Test
    void eventsNeedNoCreditAndDataDoes() {
        // INV K1, K6
        final ScriptedSubpartition out = a.produce(1);
        final ScriptedReceiver in = b.read(a, 1, 1, false);
        out.event(text("first"), false, false);
        out.write(random(3 * PIECE_BYTES));
        out.event(text("priority"), true, false);
        harness.await("events", () -> in.events().size() == 2 && in.dataFrames() == 1);
        harness.settle();
        assertThat(in.dataFrames()).isEqualTo(1);
        in.grantMore(1);
        harness.await("second", () -> in.dataFrames() == 2);
        harness.settle();
        assertThat(in.dataFrames()).isEqualTo(2);
        in.grantMore(10);
        harness.await("third", () -> in.size() == 3 * PIECE_BYTES);
    }

    @Test
    void priorityEventsOvertakeDataThatWaits() {
        final ScriptedSubpartition out = a.produce(1);
        final ScriptedReceiver in = b.read(a, 1, 1, false);
        out.write(random(10 * PIECE_BYTES));
        harness.await("credit is used up", () -> in.dataFrames() == 1);
        out.event(text("barrier"), true, false);
        harness.await("barrier", () -> in.events().size() == 1);
        assertThat(in.events()).containsExactly("priority barrier@" + PIECE_BYTES);
        in.grantMore(20);
        harness.await("the rest", () -> in.size() == 10 * PIECE_BYTES);
    }

    @Test
    void collectsSmallRecordsWhileAFrameIsUnderWay() {
        final ScriptedSubpartition out = a.produce(1);
        final ScriptedReceiver in = b.read(a, 1, 100, true);
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        out.write(text("alone"));
        written.writeBytes(text("alone"));
        harness.await("a record on an idle link is sent at once", () -> in.size() == 5);
        for (int i = 0; i < 2000; i++) {
            final byte[] record = random(1 + seed.random().nextInt(20));
            out.write(record);
            written.writeBytes(record);
            harness.progress();
        }
        harness.await("all", () -> in.size() == written.size());
        assertThat(in.bytes()).isEqualTo(written.toByteArray());
        // Without corking there would be as many frames as looks at the subpartition.
        assertThat(out.partsTaken()).isLessThan(1000);
    }

    @Test
    void announcesWhatWaitsToAConsumerWithoutSegmentsOfItsOwn() {
        // INV K5
        final ScriptedSubpartition out = a.produce(1);
        final ScriptedReceiver in = b.read(a, 1, 0, false);
        harness.settle();
        out.write(text("part of a piece"));
        harness.await("announced", () -> in.backlog() == 1);
        out.write(random(5 * PIECE_BYTES));
        harness.await("more announced", () -> in.backlog() == 5);
        assertThat(in.dataFrames()).isZero();
        in.grantMore(2);
        harness.await("two", () -> in.dataFrames() == 2);
        in.grantMore(10);
        harness.await("all", () -> in.size() == 15 + 5 * PIECE_BYTES);
    }

    @Test
    void oneSegmentForAllChannelsIsEnough() {
        // INV K5
        final List<ScriptedReceiver> in = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            final ScriptedSubpartition out = a.produce(i);
            out.write(random(PIECE_BYTES * 3 + i));
            in.add(b.read(a, i, 0, true));
        }
        for (int i = 0; i < 20; i++) {
            final int number = i;
            harness.await("channel " + i, () -> in.get(number).size() == PIECE_BYTES * 3 + number);
        }
    }

    @Test
    void anEventBlocksUntilTheConsumerResumesWithNewCredit() {
        final ScriptedSubpartition out = a.produce(1);
        final ScriptedReceiver in = b.read(a, 1, 5, false);
        out.write(random(PIECE_BYTES));
        out.event(text("barrier"), false, true);
        out.write(random(5 * PIECE_BYTES));
        harness.await("barrier", () -> in.events().size() == 1);
        harness.settle();
        assertThat(in.dataFrames()).isEqualTo(1);
        // Of five credits one was used; four are void, one is new.
        in.resumeWith(1);
        harness.await("one more", () -> in.dataFrames() == 2);
        harness.settle();
        assertThat(in.dataFrames()).isEqualTo(2);
        in.grantMore(10);
        harness.await("all", () -> in.size() == 6 * PIECE_BYTES);
    }

    @Test
    void tellsTheProducerThatAllRecordsWereProcessed() {
        final ScriptedSubpartition out = a.produce(1);
        final ScriptedReceiver in = b.read(a, 1, 5, false);
        in.channel().acknowledgeAllRecordsProcessed();
        harness.await("told", out::allRecordsProcessed);
    }

    @Test
    void saysWhichPartitionIsNotThere() {
        final ScriptedReceiver in = b.read(a, 77, 5, false);
        harness.await("error", () -> in.error() != null);
        assertThat(in.error())
                .isInstanceOf(PartitionNotFoundException.class)
                .hasMessageContaining(id(77).toString());
    }

    @Test
    void aBrokenChannelLeavesTheOthersAlone() {
        // INV K10
        final ScriptedSubpartition fails = a.produce(1);
        final ScriptedSubpartition breaks = a.produce(2);
        final ScriptedSubpartition large = a.partitions.add(3, PoolExtension.SEGMENT_BYTES + 1);
        final ScriptedSubpartition good = a.produce(4);
        final ScriptedReceiver failed = b.read(a, 1, 5, true);
        final ScriptedReceiver broken = b.read(a, 2, 5, true);
        final ScriptedReceiver tooLarge = b.read(a, 3, 5, true);
        final ScriptedReceiver in = b.read(a, 4, 5, true);
        final ScriptedReceiver second = b.read(a, 4, 5, true);
        fails.fail(new IOException("disk is full"));
        breaks.breakDown(new IllegalStateException("defect"));
        large.write(random(PoolExtension.SEGMENT_BYTES + 1));
        good.write(random(10 * PIECE_BYTES));
        harness.await("data", () -> in.size() + second.size() == 10 * PIECE_BYTES);
        harness.await(
                "errors",
                () ->
                        failed.error() != null
                                && broken.error() != null
                                && tooLarge.error() != null
                                && (in.error() == null) != (second.error() == null));
        assertThat(((ChannelException) failed.error()).code())
                .isEqualTo(ChannelErrorCode.PRODUCER_FAILED);
        assertThat(failed.error()).hasMessageContaining("disk is full");
        assertThat(((ChannelException) broken.error()).code())
                .isEqualTo(ChannelErrorCode.PARTITION_BROKEN);
        assertThat(((ChannelException) tooLarge.error()).code())
                .isEqualTo(ChannelErrorCode.LIMIT_REACHED);
        // The first of two readers gets the data; over several connections either may be.
        final ScriptedReceiver late = in.error() == null ? second : in;
        assertThat(((ChannelException) late.error()).code())
                .isEqualTo(ChannelErrorCode.PARTITION_BROKEN);
        assertThat(b.connections()).isLessThanOrEqualTo(connectionsMax());
    }

    @Test
    void sequenceNumbersWrapAround() throws IOException {
        // INV K8
        a.network.close();
        b.network.close();
        a = new Node(-3);
        b = new Node(-3);
        final ScriptedSubpartition out = a.produce(1);
        final ScriptedReceiver in = new ScriptedReceiver(pool, 2, true);
        receivers.add(in);
        in.expect(-3);
        in.channel(b.network.open(a.address, id(1), SubpartitionRange.of(0), 2, in));
        final byte[] data = random(10 * PIECE_BYTES);
        out.write(data);
        harness.await("all", () -> in.size() == data.length);
        assertThat(in.bytes()).isEqualTo(data);
    }

    @Test
    void channelsShareConnectionsInBothDirections() {
        final List<ScriptedReceiver> in = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            a.produce(i).write(random(100));
            b.produce(i).write(random(100));
            in.add(b.read(a, i, 1, true));
            in.add(a.read(b, i, 1, true));
        }
        harness.await("all", () -> in.stream().allMatch(each -> each.size() == 100));
        harness.await(
                "all connections", () -> a.agreesWith(b) && a.connections() == connectionsMax());
    }

    private void readFromTo(final int from, final int to) {
        final List<ScriptedReceiver> in = new ArrayList<>();
        for (int i = from; i < to; i++) {
            a.produce(i).write(random(100));
            in.add(b.read(a, i, 1, true));
        }
        harness.await("all", () -> in.stream().allMatch(each -> each.size() == 100));
    }

    @Test
    void channelsAreSpreadOverConnections() {
        readFromTo(0, 12);
        readFromTo(12, 24);
        final List<Integer> counts = b.network.attached(a.processId);
        assertThat(counts).hasSize(connectionsMax()).allMatch(count -> count > 4);
    }

    @Test
    void aConnectionThatBreaksLeavesTheOthersAlone() {
        assumeThat(connectionsMax()).as("connections").isGreaterThan(1);
        final List<ScriptedSubpartition> out = List.of(a.produce(1), a.produce(2));
        out.forEach(each -> each.write(random(100)));
        final List<ScriptedReceiver> in =
                List.of(b.read(harness.cuttable(a.address), 1, 1, true), b.read(a, 2, 1, true));
        harness.await("connected", () -> in.stream().allMatch(each -> each.size() == 100));
        harness.cutOne();
        final byte[] rest = random(50 * PIECE_BYTES);
        out.forEach(each -> each.write(rest));
        harness.await(
                "all or an error",
                () ->
                        in.stream()
                                .allMatch(
                                        each ->
                                                each.error() != null
                                                        || each.size() == 100 + rest.length));
        assertThat(in).anyMatch(each -> each.error() == null);
    }

    @Test
    void whoMayHaveMoreConnectionsThanThePeerUsesFewer() throws IOException {
        b.network.close();
        b = new Node(0, connectionsMax() + 2);
        readFromTo(0, 20);
        final boolean aDecides = a.processId.compareTo(b.processId) < 0;
        harness.await(
                "connections", () -> b.connections() == connectionsMax() + (aDecides ? 0 : 2));
        readFromTo(20, 22);
        assertThat(b.transport.counters().ended(Reason.DUPLICATE_CONNECTION))
                .isLessThanOrEqualTo(aDecides ? 2 : 0);
    }

    @Test
    void connectingToEachOtherAtTheSameTimeLosesNothing() throws IOException {
        long refused = 0;
        for (int round = 0; round < 20; round++) {
            final Node c = new Node(0);
            final Node d = new Node(0);
            c.produce(1).write(random(100));
            d.produce(1).write(random(100));
            final List<ScriptedReceiver> in = new ArrayList<>();
            if (seed.random().nextBoolean()) {
                in.add(c.read(d, 1, 1, true));
                in.add(d.read(c, 1, 1, true));
            } else {
                in.add(d.read(c, 1, 1, true));
                in.add(c.read(d, 1, 1, true));
            }
            harness.await(
                    "all of round " + round,
                    () -> in.stream().allMatch(each -> each.size() == 100));
            harness.await("the same connections", () -> c.agreesWith(d));
            c.network.close();
            d.network.close();
            refused += c.transport.counters().ended(Reason.DUPLICATE_CONNECTION);
        }
        // One of two is refused, and nobody tries again and again.
        assertThat(refused).isLessThan(30);
    }

    @Test
    void twoWaysToOneProcessMakeNoMoreConnections() {
        for (int i = 0; i < 4; i++) {
            a.produce(i).write(random(100));
        }
        final InetSocketAddress other = harness.cuttable(a.address);
        final List<ScriptedReceiver> in = new ArrayList<>();
        in.add(b.read(a.address, 0, 1, true));
        in.add(b.read(other, 1, 1, true));
        in.add(b.read(a.address, 2, 1, true));
        in.add(b.read(other, 3, 1, true));
        harness.await("all", () -> in.stream().allMatch(each -> each.size() == 100));
        harness.await("the same connections", () -> a.agreesWith(b));
    }

    @Test
    void aLostConnectionFailsItsChannelsAndTheNextOneIsNew() {
        final ScriptedSubpartition lost = a.produce(1);
        lost.write(random(PIECE_BYTES));
        final InetSocketAddress way = harness.cuttable(a.address);
        final ScriptedReceiver first = b.read(way, 1, 1, false);
        harness.await("connected", () -> first.size() == PIECE_BYTES);
        harness.cut();
        harness.await("error", () -> first.error() != null && lost.isReleased());
        assertThat(first.error()).isInstanceOf(TransportException.class);
        assertThat(((TransportException) first.error()).reason()).isEqualTo(Reason.LINK_LOST);
        first.grantMore(1); // nothing any more, and so the next two
        first.channel().acknowledgeAllRecordsProcessed();
        first.close();

        a.produce(2).write(random(PIECE_BYTES));
        final ScriptedReceiver second = b.read(a, 2, 1, true);
        harness.await("connected again", () -> second.size() == PIECE_BYTES);
    }

    @Test
    void aProducerThatCannotBeReachedIsAnError() {
        final InetSocketAddress gone = a.address;
        a.network.close();
        final ScriptedReceiver in = b.read(gone, 1, 1, true);
        harness.await("error", () -> in.error() != null);
        assertThat(in.error())
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(String.valueOf(gone.getPort()));
    }

    @Test
    void aClosedNetworkOpensNothing() {
        a.produce(1);
        b.network.close();
        final ScriptedReceiver in = b.read(a, 1, 1, true);
        harness.await("error", () -> in.error() != null);
        assertThat(((TransportException) in.error()).reason()).isEqualTo(Reason.CLOSED_HERE);
    }

    @Test
    void onlySoManyChannelsFitOnAConnection() {
        assumeThat(connectionsMax()).as("connections").isEqualTo(1);
        final List<ScriptedReceiver> in = new ArrayList<>();
        for (int i = 0; i <= CHANNELS_MAX; i++) {
            a.produce(i);
            in.add(b.read(a, i, 1, true));
        }
        harness.await("the last is refused", () -> in.get(CHANNELS_MAX).error() != null);
        assertThat(((TransportException) in.get(CHANNELS_MAX).error()).reason())
                .isEqualTo(Reason.LIMIT_REACHED);
        in.get(0).close();
        harness.settle();
        a.produce(1000).write(random(10));
        final ScriptedReceiver next = b.read(a, 1000, 1, true);
        harness.await("there is room again", () -> next.size() == 10);
    }

    @Test
    void closingAtAnyTimeDisturbsNobody() {
        // INV K10, K11
        final Random random = seed.random();
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        final ScriptedSubpartition good = a.produce(0);
        final ScriptedReceiver survivor = b.read(a, 0, 2, true);
        final List<ScriptedSubpartition> out = new ArrayList<>();
        final List<ScriptedReceiver> in = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            final byte[] record = random(random.nextInt(2 * PIECE_BYTES));
            good.write(record);
            written.writeBytes(record);
            if (random.nextInt(3) == 0 || out.isEmpty()) {
                out.add(a.produce(i));
                final int number = random.nextInt(5) == 0 ? 10_000 + i : i;
                in.add(b.read(a, number, random.nextInt(3), random.nextBoolean()));
            }
            final ScriptedSubpartition producer = out.get(random.nextInt(out.size()));
            final ScriptedReceiver consumer = in.get(random.nextInt(in.size()));
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> producer.write(random(random.nextInt(3 * PIECE_BYTES)));
                case 3 -> producer.event(text("e"), random.nextBoolean(), false);
                case 4 -> consumer.grantMore(1);
                case 5 -> consumer.close();
                case 6 -> producer.fail(new IOException("test"));
                default -> harness.settle();
            }
        }
        harness.await("the survivor has all", () -> survivor.size() == written.size());
        assertThat(survivor.bytes()).isEqualTo(written.toByteArray());
        assertThat(survivor.error()).isNull();
        in.forEach(ScriptedReceiver::close);
        harness.await("segments are back", () -> pool.held() == 0);
        harness.await(
                "producers know",
                () -> out.stream().allMatch(each -> each.isReleased() || !each.hasReader()));
        assertThat(b.connections()).isLessThanOrEqualTo(connectionsMax());
    }

    @Test
    void manyChannelsMoveMuch() {
        final Random random = seed.random();
        final List<byte[]> sent = new ArrayList<>();
        final List<ScriptedReceiver> in = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            final ScriptedSubpartition out = a.produce(i);
            final byte[] data = random(random.nextInt(40 * PIECE_BYTES));
            sent.add(data);
            in.add(b.read(a, i, random.nextInt(4), true));
            out.write(data);
        }
        for (int i = 0; i < 100; i++) {
            final int number = i;
            harness.await("channel " + i, () -> in.get(number).size() == sent.get(number).length);
            assertThat(in.get(i).bytes()).isEqualTo(sent.get(i));
        }
    }
}
