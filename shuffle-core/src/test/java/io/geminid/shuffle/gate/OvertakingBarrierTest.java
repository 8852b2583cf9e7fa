package io.geminid.shuffle.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.Segment;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.event.BarrierAnnouncement;
import io.geminid.shuffle.event.BarrierKind;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.shuffle.event.ShuffleEvent;
import io.geminid.shuffle.partition.PipelinedResultPartition;
import io.geminid.shuffle.partition.SubpartitionListener;
import io.geminid.shuffle.partition.SubpartitionView;
import io.geminid.shuffle.record.RawRecordReader;
import io.geminid.shuffle.record.ReadStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;

/**
 * What a consumer has read, what is kept on both sides of each channel, and nothing else, is what
 * was written before the barrier (INV C1, C2, U2 to U4, U7, U12), whatever the order of events.
 */
class OvertakingBarrierTest extends GateFixture {

    private static final SubpartitionListener DEAF =
            new SubpartitionListener() {
                @Override
                public void dataAvailable() {}

                @Override
                public void priorityAvailable() {}
            };

    private final List<Producer> producers = new ArrayList<>();
    private Random random;
    private PipelinedInputGate gate;
    private RawRecordReader reader;
    private boolean capturing;

    /** A producer with its channel, and all that the test knows of both. */
    private final class Producer {

        private final PipelinedResultPartition partition;
        private final HandNetwork.HandChannel remote;
        private final SubpartitionView view;
        private final List<Integer> read = new ArrayList<>();
        private final ByteArrayOutputStream input = new ByteArrayOutputStream();
        private final ByteArrayOutputStream output = new ByteArrayOutputStream();
        private int written;
        private long used;
        private int writtenBefore = -1;
        private int readBefore = -1;
        private boolean arrived;
        private int announcements;
        private CheckpointBarrier barrier;
        private boolean toldThatTaken;

        Producer(
                final PipelinedResultPartition partition,
                final HandNetwork.HandChannel remote,
                final SubpartitionView view) {
            this.partition = partition;
            this.remote = remote;
            this.view = view;
        }

        void write() throws InterruptedException {
            if (!partition.isAvailable()) {
                return;
            }
            final RecordOutput out = partition.beginRecord(0);
            final int filler = sizeOfRecord(written, partition);
            out.putInt(written++);
            for (int i = 0; i < filler; i++) {
                out.putByte(written + i);
            }
            partition.endRecord();
        }

        /** Moves one element to the gate, as a link would. */
        void pump() {
            if (remote == null) {
                return;
            }
            final Buffer next = view.poll(used < remote.granted, true);
            if (next instanceof EventBuffer event) {
                remote.event(event.event(), event.kind() == Buffer.Kind.PRIORITY_EVENT);
            } else if (next != null) {
                used++;
                final Segment segment = remote.receiver.segmentForData();
                segment.buffer().put(0, next.memory(), next.offset(), next.length());
                remote.receiver.onData(segment, next.length(), remote.sequence++, view.backlog());
                next.release();
            } else if (view.backlog() > 0) {
                remote.receiver.onBacklog(view.backlog());
            }
        }

        void emitBarrier(final BarrierKind kind) {
            writtenBefore = written;
            barrier = new CheckpointBarrier(1, 0, kind, 5);
            if (kind.overtakes()) {
                keep(partition.broadcastOvertaking(barrier));
            } else {
                partition.broadcastEvent(barrier, false);
                assertThat(partition.awaitBarrierTaken(1, () -> toldThatTaken = true)).isTrue();
            }
        }

        void timeIsOver() {
            if (barrier != null && barrier.kind() == BarrierKind.ALIGNED_FOR_A_TIME) {
                keep(partition.overtake(barrier.as(BarrierKind.UNALIGNED)));
            }
        }

        private void keep(final List<List<Buffer>> overtaken) {
            for (final Buffer buffer : overtaken.get(0)) {
                append(buffer, output);
                buffer.release();
            }
        }
    }

    private int sizeOfRecord(final int number, final PipelinedResultPartition partition) {
        final int segmentBytes = pool.context().segmentBytes();
        final int[] sizes = {0, 1, segmentBytes - 8, segmentBytes - 9, segmentBytes + 3, 100};
        return random.nextInt(3) == 0
                ? sizes[random.nextInt(sizes.length)]
                : random.nextInt(segmentBytes / 2);
    }

    private static void append(final Buffer buffer, final ByteArrayOutputStream to) {
        final byte[] bytes = new byte[buffer.length()];
        buffer.memory().get(buffer.offset(), bytes);
        to.writeBytes(bytes);
    }

    @RepeatedTest(200)
    void nothingIsLostAndNothingIsTwice() throws Exception {
        random = seed.random();
        pool = pools.pool(256);
        final int channels = 1 + random.nextInt(3);
        final boolean[] local = new boolean[channels];
        final ShuffleDescriptor[] descriptors = new ShuffleDescriptor[channels];
        final List<PipelinedResultPartition> partitions = new ArrayList<>();
        for (int i = 0; i < channels; i++) {
            local[i] = random.nextBoolean();
            descriptors[i] = descriptor(i, local[i] ? HERE : THERE);
            partitions.add(partition(i, local[i]));
        }
        gate = openGate(2, 4, descriptors);
        int remotes = 0;
        for (int i = 0; i < channels; i++) {
            producers.add(
                    local[i]
                            ? new Producer(partitions.get(i), null, null)
                            : new Producer(
                                    partitions.get(i),
                                    network.opened.get(remotes++),
                                    partitions.get(i).createView(0, DEAF)));
        }
        reader = new RawRecordReader(gate, 1 << 20);
        reader.tap(this::onData);
        steps(random.nextInt(300));
        checkpoint();
        verify();
        reader.close();
        gate.close();
        partitions.forEach(PipelinedResultPartition::close);
        producers.stream().filter(p -> p.view != null).forEach(p -> p.view.release());
    }

    private PipelinedResultPartition partition(final int producer, final boolean here) {
        final PipelinedResultPartition partition =
                new PipelinedResultPartition(
                        new ResultPartitionId(1, 0, producer, 0),
                        1,
                        6,
                        pool.createLocalPool(new LocalPoolContext("output", 2, 8, 8)),
                        registry::remove);
        if (here) {
            registry.add(partition);
        }
        return partition;
    }

    private void steps(final int count) throws Exception {
        for (int i = 0; i < count; i++) {
            step();
        }
    }

    private void step() throws Exception {
        final Producer producer = producers.get(random.nextInt(producers.size()));
        switch (random.nextInt(4)) {
            case 0 -> producer.write();
            case 1 -> producer.pump();
            case 2 -> consume();
            default -> consumePriority();
        }
    }

    private void checkpoint() throws Exception {
        final BarrierKind kind =
                random.nextBoolean() ? BarrierKind.UNALIGNED : BarrierKind.ALIGNED_FOR_A_TIME;
        final List<Producer> without = new ArrayList<>(producers);
        int steps = 0;
        while (!producers.stream().allMatch(p -> p.arrived)) {
            if (!without.isEmpty() && random.nextInt(20) == 0) {
                without.remove(random.nextInt(without.size())).emitBarrier(kind);
            }
            if (random.nextInt(50) == 0) {
                producers.get(random.nextInt(producers.size())).timeIsOver();
            }
            if (random.nextInt(100) == 0
                    && producers.stream().anyMatch(p -> p.announcements > 0 || p.arrived)) {
                begin();
            }
            step();
            assertThat(++steps).isLessThan(1_000_000);
        }
        begin(); // nothing more is kept if it was not unaligned until now
    }

    private void consume() throws IOException {
        final ReadStatus status = reader.next();
        if (status == ReadStatus.RECORD) {
            producers.get(reader.channel()).read.add(number(reader.record()));
        } else if (status == ReadStatus.EVENT) {
            onEvent(reader.channel(), reader.event());
        }
    }

    private void consumePriority() throws IOException {
        if (reader.nextPriority() == ReadStatus.EVENT) {
            onEvent(reader.eventChannel(), reader.event());
        }
    }

    private void onEvent(final int channel, final ShuffleEvent event) {
        final Producer producer = producers.get(channel);
        if (event instanceof BarrierAnnouncement) {
            producer.announcements++;
            assertThat(producer.arrived).isFalse(); // INV U1
            return;
        }
        final CheckpointBarrier barrier = (CheckpointBarrier) event;
        assertThat(producer.arrived).isFalse();
        if (barrier.kind().overtakes()) {
            begin();
        }
        if (capturing && barrier.kind().overtakes()) {
            keepQueued(channel);
        }
        producer.arrived = true;
        if (barrier.kind() != BarrierKind.UNALIGNED) {
            gate.resumeConsumption(channel);
        }
        if (!capturing) {
            producer.readBefore = producer.read.size();
        }
    }

    /** The consumer's snapshot: from now on what is in its channels belongs to them. */
    private void begin() {
        if (capturing) {
            return;
        }
        capturing = true;
        for (int channel = 0; channel < producers.size(); channel++) {
            final Producer producer = producers.get(channel);
            if (!producer.arrived) {
                producer.readBefore = producer.read.size();
                producer.input.writeBytes(reader.unread(channel).array());
                gate.overtake(channel, 1);
            }
        }
    }

    private void onData(final int channel, final Buffer data) {
        if (capturing && !producers.get(channel).arrived) {
            append(data, producers.get(channel).input);
        }
    }

    private void keepQueued(final int channel) {
        for (final Buffer buffer : gate.queuedBefore(channel, 1)) {
            append(buffer, producers.get(channel).input);
            buffer.release();
        }
    }

    private void verify() {
        for (final Producer producer : producers) {
            assertThat(producer.announcements).isLessThanOrEqualTo(1);
            assertThat(producer.toldThatTaken).isEqualTo(!producer.barrier.kind().overtakes());
            assertThat(producer.partition.awaitBarrierTaken(1, () -> {})).isFalse();
            final List<Integer> all =
                    new ArrayList<>(producer.read.subList(0, producer.readBefore));
            producer.input.writeBytes(producer.output.toByteArray());
            final ByteBuffer kept =
                    ByteBuffer.wrap(producer.input.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
            while (kept.hasRemaining()) {
                final int length = kept.getInt();
                all.add(kept.getInt(kept.position()));
                kept.position(kept.position() + length);
            }
            for (int i = 0; i < all.size(); i++) {
                assertThat(all.get(i)).isEqualTo(i);
            }
            assertThat(all).hasSize(producer.writtenBefore);
        }
    }

    private static int number(final RecordInput record) {
        return record.getInt();
    }
}
