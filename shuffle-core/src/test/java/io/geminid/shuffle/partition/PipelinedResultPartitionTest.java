package io.geminid.shuffle.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.memory.SegmentPool;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.event.EndOfData;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.UserEvent;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.RealThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PipelinedResultPartitionTest {

    /** What records may fill of a segment. */
    private static final int SEGMENT = PoolExtension.SEGMENT_BYTES - FrameHeader.LENGTH_BYTES;

    private static final ResultPartitionId ID = new ResultPartitionId(7, 0, 1, 2);

    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private final AtomicInteger told = new AtomicInteger();
    private final AtomicInteger toldOfPriority = new AtomicInteger();

    private final SubpartitionListener listener =
            new SubpartitionListener() {
                @Override
                public void dataAvailable() {
                    told.incrementAndGet();
                }

                @Override
                public void priorityAvailable() {
                    toldOfPriority.incrementAndGet();
                }
            };

    private PipelinedResultPartition partition(
            final SegmentPool pool, final int subpartitions, final LocalPoolContext context) {
        return new PipelinedResultPartition(
                ID, subpartitions, 2, pool.createLocalPool(context), closed -> {});
    }

    private PipelinedResultPartition partition(final int segments) {
        return partition(pools.pool(segments), 1, LocalPoolContext.fixed("output", segments));
    }

    private static void write(final ResultPartition partition, final int bytes)
            throws InterruptedException {
        final RecordOutput out = partition.beginRecord(0);
        for (int i = 0; i < bytes; i++) {
            out.putByte(i);
        }
        partition.endRecord();
    }

    private static int drain(final SubpartitionView view) {
        int bytes = 0;
        for (Buffer next = view.poll(true, true); next != null; next = view.poll(true, true)) {
            bytes += next.kind() == Buffer.Kind.DATA ? next.length() : 0;
            next.release();
        }
        return bytes;
    }

    @Test
    void aRecordIsReadWhereItWasWritten() throws Exception {
        final PipelinedResultPartition partition = partition(2);
        final SubpartitionView view = partition.createView(0, listener);
        final RecordOutput out = partition.beginRecord(0);
        out.putLong(42);
        assertThat(view.hasElements()).isFalse();
        partition.endRecord();

        final Buffer data = view.poll(true, true);
        assertThat(data.memory().getInt(data.offset())).isEqualTo(Long.BYTES);
        assertThat(data.memory().getLong(data.offset() + Integer.BYTES)).isEqualTo(42);
        assertThat(data.memory().isDirect()).isTrue();
        assertThat(data.finished()).isFalse();
        data.release();
        partition.close();
    }

    @Test
    void anIdleReaderIsToldOfTheNextRecordOnce() throws Exception {
        final PipelinedResultPartition partition = partition(2);
        final SubpartitionView view = partition.createView(0, listener);
        write(partition, 10);
        write(partition, 10);
        assertThat(told).hasValue(1);

        assertThat(drain(view)).isEqualTo(28);
        write(partition, 10);
        write(partition, 10);
        partition.flush();
        assertThat(told).hasValue(2);
        partition.close();
    }

    @Test
    void flushDoesNotWakeAReaderThatHasReadAll() throws Exception {
        final PipelinedResultPartition partition = partition(2);
        final SubpartitionView view = partition.createView(0, listener);
        write(partition, 10);
        drain(view);
        told.set(0);
        for (int i = 0; i < 10; i++) {
            partition.flush();
        }

        assertThat(told).hasValue(0);
        partition.close();
    }

    @Test
    void aReaderThatCannotTakeDataIsToldOfWholeSegmentsOnly() throws Exception {
        final PipelinedResultPartition partition = partition(3);
        final SubpartitionView view = partition.createView(0, listener);
        write(partition, 10);
        assertThat(view.poll(false, true)).isNull();
        told.set(0);
        write(partition, 10);
        assertThat(told).hasValue(0);
        write(partition, SEGMENT);
        assertThat(told).hasValue(1);
        partition.close();
    }

    // INV K6
    @Test
    void eventsNeedNeitherSegmentNorCredit() throws Exception {
        final PipelinedResultPartition partition = partition(1);
        final SubpartitionView view = partition.createView(0, listener);
        final SegmentOwner other = SegmentOwner.named("partition-test");
        final Segment taken = partition.segments().takeNow();
        taken.owner(other);
        partition.emitEvent(0, new UserEvent(1, 2, false));

        final Buffer event = view.poll(false, false);
        assertThat(event.kind()).isEqualTo(Buffer.Kind.EVENT);
        assertThat(event.length()).isEqualTo(14);
        assertThat(event.memory().isDirect()).isTrue();
        taken.close();
        partition.close();
    }

    @Test
    void anEventPassesARecordThatWasNeverEnded() throws Exception {
        final PipelinedResultPartition partition = partition(2);
        final SubpartitionView view = partition.createView(0, listener);
        // A serializer that throws leaves its record behind.
        partition.beginRecord(0).putLong(1);
        partition.emitEvent(0, new UserEvent(1, 2, false));
        assertThat(view.poll(true, true).kind()).isEqualTo(Buffer.Kind.EVENT);
        write(partition, 3);

        assertThat(drain(view)).isEqualTo(Integer.BYTES + 3);
        partition.close();
    }

    // INV K11
    @Test
    void aSegmentThatIsBeingWrittenComesBackWithItsWriter() throws Exception {
        final SegmentPool pool = pools.pool(4);
        final PipelinedResultPartition partition =
                partition(pool, 1, LocalPoolContext.fixed("output", 4));
        write(partition, 2 * SEGMENT);
        final RecordOutput out = partition.beginRecord(0);
        RealThreads.run(1, Duration.ofSeconds(30), thread -> partition.close());
        assertThat(pool.heldByOwner().values()).containsExactly(1);
        out.putLong(1);
        partition.endRecord();
        assertThat(pool.heldByOwner().values()).containsExactly(1);

        partition.close();
        assertThat(pool.heldByOwner()).isEmpty();
    }

    @Test
    void aWriterThatHasEndedHoldsNothingBack() {
        final SegmentPool pool = pools.pool(4);
        final PipelinedResultPartition partition =
                partition(pool, 1, LocalPoolContext.fixed("output", 4));
        RealThreads.run(1, Duration.ofSeconds(30), thread -> write(partition, 1));
        partition.close();

        assertThat(pool.heldByOwner()).isEmpty();
    }

    // INV U2
    @Test
    void aPriorityEventPassesDataAndABlockedSubpartition() throws Exception {
        final PipelinedResultPartition partition = partition(3);
        final SubpartitionView view = partition.createView(0, listener);
        partition.emitEvent(0, new UserEvent(1, 0, true));
        view.poll(true, true);
        write(partition, 1);
        assertThat(view.poll(true, true)).isNull();
        assertThat(view.hasElements()).isFalse();
        partition.broadcastEvent(new UserEvent(2, 0, false), true);

        assertThat(toldOfPriority).hasValue(1);
        assertThat(((EventBuffer) view.poll(false, false)).event())
                .isEqualTo(new UserEvent(2, 0, false));
        view.resumeConsumption();
        assertThat(drain(view)).isEqualTo(5);
        partition.close();
    }

    // INV K9
    @Test
    void nothingFollowsTheEnd() throws Exception {
        final PipelinedResultPartition partition = partition(3);
        write(partition, 1);
        partition.notifyEndOfData();
        partition.emitEvent(0, new UserEvent(1, 0, false));

        partition.beginRecord(0).putInt(1);
        assertThatThrownBy(partition::endRecord)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("partition=7/0/1#2 record after end of data");
        assertThatThrownBy(partition::notifyEndOfData).isInstanceOf(IllegalStateException.class);
        partition.finish();
        assertThatThrownBy(() -> partition.emitEvent(0, new UserEvent(1, 0, false)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(partition::finish).isInstanceOf(IllegalStateException.class);
        partition.close();
    }

    @Test
    void endsAreForAllSubpartitionsAndInOrder() {
        final PipelinedResultPartition partition = partition(3);

        assertThatThrownBy(() -> partition.emitEvent(0, new EndOfData(true)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> partition.broadcastEvent(new EndOfPartition(), true))
                .isInstanceOf(IllegalArgumentException.class);
        partition.close();
    }

    @Test
    void hasOneReaderForEachSubpartition() throws Exception {
        final PartitionRegistry registry = new PartitionRegistry();
        final PipelinedResultPartition partition = partition(2);
        registry.add(partition);
        registry.createView(ID, 0, listener).release();

        assertThatThrownBy(() -> registry.createView(ID, 0, listener))
                .isInstanceOf(PartitionNotFoundException.class)
                .hasMessageContaining("7/0/1#2")
                .hasMessageContaining("has been read");
        assertThatThrownBy(() -> registry.createView(ID, 1, listener))
                .isInstanceOf(PartitionNotFoundException.class)
                .hasMessageContaining("subpartition=1 count=1");
        assertThatThrownBy(() -> registry.add(partition)).isInstanceOf(IllegalStateException.class);
        registry.remove(partition);
        assertThatThrownBy(() -> registry.createView(ID, 0, listener))
                .isInstanceOf(PartitionNotFoundException.class);
        partition.close();
    }

    // INV B2
    @Test
    void anotherAttemptIsAnotherPartition() {
        final PartitionRegistry registry = new PartitionRegistry();
        final PipelinedResultPartition partition = partition(2);
        registry.add(partition);

        assertThatThrownBy(
                        () -> registry.createView(new ResultPartitionId(7, 0, 1, 3), 0, listener))
                .isInstanceOf(PartitionNotFoundException.class);
        assertThat(registry.notConsumed()).containsExactly(ID);
        partition.close();
    }

    @Test
    void whatIsWrittenForAReaderThatLeftIsDropped() throws Exception {
        final SegmentPool pool = pools.pool(8);
        final PipelinedResultPartition partition =
                partition(pool, 2, LocalPoolContext.fixed("output", 8));
        partition.createView(0, listener).release();
        for (int i = 0; i < 100; i++) {
            assertThat(partition.isAvailable()).isTrue();
            write(partition, 3 * SEGMENT);
        }
        partition.close();
    }

    @Test
    void aFailureReachesTheReaderAndFreesWhatItDidNotRead() throws Exception {
        final PipelinedResultPartition partition = partition(4);
        final SubpartitionView view = partition.createView(0, listener);
        write(partition, 2 * SEGMENT);
        final Buffer held = view.poll(true, true);
        told.set(0);
        final IllegalStateException cause = new IllegalStateException("test");
        partition.fail(cause);

        assertThat(told).hasValue(1);
        assertThat(view.poll(true, true)).isNull();
        assertThat(view.isReleased()).isTrue();
        assertThat(view.failure()).isSameAs(cause);
        assertThatThrownBy(() -> write(partition, 2 * SEGMENT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
        assertThat(held.memory().getInt(held.offset())).isEqualTo(2 * SEGMENT);
        held.release();
        partition.close();
        view.release();
        assertThat(partition.isConsumed()).isFalse();
    }

    // INV M3
    @Test
    void outputIsUnavailableWhenASubpartitionIsOverItsQuota() throws Exception {
        final PipelinedResultPartition partition = partition(8);
        final SubpartitionView view = partition.createView(0, listener);
        final AtomicInteger available = new AtomicInteger();
        assertThat(partition.awaitAvailable(available::incrementAndGet)).isFalse();
        write(partition, 2 * SEGMENT);
        assertThat(partition.isAvailable()).isFalse();
        assertThat(partition.awaitAvailable(available::incrementAndGet)).isTrue();
        assertThat(available).hasValue(0);

        view.poll(true, true).release();
        assertThat(available).hasValue(1);
        assertThat(partition.isAvailable()).isTrue();
        partition.close();
    }

    // INV M3
    @Test
    void outputIsAvailableAgainWhenASegmentIsBack() throws Exception {
        final PipelinedResultPartition partition = partition(2);
        final SubpartitionView view = partition.createView(0, listener);
        final AtomicInteger available = new AtomicInteger();
        write(partition, SEGMENT);
        assertThat(partition.isAvailable()).isFalse();
        assertThat(partition.awaitAvailable(available::incrementAndGet)).isTrue();

        final Buffer first = view.poll(true, true);
        assertThat(available).hasValue(0);
        first.release();
        assertThat(available).hasValue(1);
        assertThat(partition.isAvailable()).isTrue();
        assertThat(partition.awaitAvailable(available::incrementAndGet)).isFalse();
        partition.close();
    }

    // INV K7: a wake-up that the partition does not need any more reaches the next.
    @Test
    void aSegmentThatNobodyWaitsForGoesToTheNextPool() throws Exception {
        for (final boolean endBefore : new boolean[] {true, false}) {
            final SegmentPool pool = pools.pool(4);
            final PipelinedResultPartition partition =
                    partition(pool, 1, new LocalPoolContext("output", 1, 4, 0));
            final LocalSegmentPool other =
                    pool.createLocalPool(new LocalPoolContext("other", 0, 4, 0));
            final List<Segment> taken = new ArrayList<>();
            write(partition, 1);
            for (int i = 0; i < 3; i++) {
                taken.add(other.poll(SegmentOwner.named("partition-test")));
            }
            assertThat(partition.awaitAvailable(() -> {})).isTrue();
            final AtomicInteger otherWoken = new AtomicInteger();
            assertThat(other.awaitAvailable(otherWoken::incrementAndGet)).isTrue();
            if (endBefore) {
                partition.notifyEndOfData();
            }
            taken.remove(0).close();
            if (!endBefore) {
                assertThat(otherWoken).hasValue(0);
                partition.notifyEndOfData();
            }
            assertThat(otherWoken).hasValue(1);
            taken.forEach(Segment::close);
            partition.close();
        }
    }

    // INV K7
    @Test
    void listenersRunOutsideLocks() throws Exception {
        final PipelinedResultPartition partition = partition(8);
        final SubpartitionView[] view = new SubpartitionView[1];
        final AtomicInteger calls = new AtomicInteger();
        final Runnable lookFromElsewhere =
                () -> {
                    calls.incrementAndGet();
                    RealThreads.run(1, Duration.ofSeconds(30), thread -> view[0].hasElements());
                };
        view[0] =
                partition.createView(
                        0,
                        new SubpartitionListener() {
                            @Override
                            public void dataAvailable() {
                                lookFromElsewhere.run();
                            }

                            @Override
                            public void priorityAvailable() {
                                lookFromElsewhere.run();
                            }
                        });
        write(partition, 1);
        view[0].poll(true, true).release();
        view[0].poll(true, true);
        partition.emitEvent(0, new UserEvent(1, 1, false));
        partition.broadcastEvent(new UserEvent(1, 1, false), true);
        view[0].poll(false, false);
        view[0].poll(false, false);
        view[0].poll(false, false);
        write(partition, 2 * SEGMENT);
        partition.awaitAvailable(lookFromElsewhere);
        view[0].poll(true, true).release();
        assertThat(calls).hasValue(5);
        partition.close();
        assertThat(calls).hasValue(6);
    }

    // INV M3
    @Test
    void aRecordMayUseOverdraft() throws Exception {
        final SegmentPool pool = pools.pool(8);
        final PipelinedResultPartition partition =
                partition(pool, 1, new LocalPoolContext("output", 2, 2, 3));
        final SubpartitionView view = partition.createView(0, listener);
        write(partition, 5 * SEGMENT - Integer.BYTES);

        assertThat(view.backlog()).isEqualTo(5);
        assertThat(partition.isAvailable()).isFalse();
        assertThat(drain(view)).isEqualTo(5 * SEGMENT);
        assertThat(partition.isAvailable()).isTrue();
        partition.close();
    }

    // INV M3
    @Test
    void aRecordLargerThanEverythingWaitsAndGoesOn() throws Exception {
        final PipelinedResultPartition partition = partition(3);
        final SubpartitionView view = partition.createView(0, listener);
        final int bytes = 40 * SEGMENT;
        RealThreads.run(
                2,
                Duration.ofSeconds(60),
                thread -> {
                    if (thread == 0) {
                        write(partition, bytes);
                    } else {
                        for (int read = 0; read < bytes + Integer.BYTES; ) {
                            read += drain(view);
                        }
                    }
                });
        partition.close();
    }

    @Test
    void whoWaitsForASegmentCanBeInterruptedOrClosed() {
        for (final boolean interrupt : new boolean[] {true, false}) {
            final PipelinedResultPartition partition = partition(2);
            final AtomicReference<Thread> writer = new AtomicReference<>();
            final CountDownLatch begun = new CountDownLatch(1);
            RealThreads.run(
                    2,
                    Duration.ofSeconds(60),
                    thread -> {
                        if (thread == 0) {
                            writer.set(Thread.currentThread());
                            partition
                                    .beginRecord(0)
                                    .putBytes(new byte[SEGMENT * 3], 0, SEGMENT * 3);
                            begun.countDown();
                            assertThatThrownBy(
                                            () -> {
                                                partition.endRecord();
                                                write(partition, SEGMENT);
                                            })
                                    .isInstanceOf(
                                            interrupt
                                                    ? InterruptedException.class
                                                    : IllegalStateException.class);
                            partition.close();
                        } else {
                            begun.await();
                            while (writer.get().getState() != Thread.State.WAITING) {
                                Thread.onSpinWait();
                            }
                            if (interrupt) {
                                writer.get().interrupt();
                            } else {
                                partition.close();
                            }
                        }
                    });
        }
    }

    // FLIP-147
    @Test
    void consumersAcknowledgeThatAllIsProcessed() throws Exception {
        final PipelinedResultPartition partition =
                partition(pools.pool(4), 2, LocalPoolContext.fixed("output", 4));
        final SubpartitionView first = partition.createView(0, listener);
        final SubpartitionView second = partition.createView(1, listener);
        final AtomicInteger processed = new AtomicInteger();
        partition.notifyEndOfData();
        assertThat(partition.awaitAllRecordsProcessed(processed::incrementAndGet)).isTrue();
        first.acknowledgeAllRecordsProcessed();
        first.acknowledgeAllRecordsProcessed();
        assertThat(processed).hasValue(0);

        second.acknowledgeAllRecordsProcessed();
        assertThat(processed).hasValue(1);
        assertThat(partition.isAllRecordsProcessed()).isTrue();
        partition.close();
    }

    @Test
    void isConsumedWhenEveryReaderHasReadToTheEndAndLeft() throws Exception {
        final PipelinedResultPartition partition = partition(4);
        final SubpartitionView view = partition.createView(0, listener);
        final AtomicInteger consumed = new AtomicInteger();
        partition.finish();
        assertThat(partition.awaitConsumed(consumed::incrementAndGet)).isTrue();
        drain(view);
        assertThat(consumed).hasValue(0);

        view.release();
        view.release();
        assertThat(consumed).hasValue(1);
        assertThat(partition.awaitConsumed(consumed::incrementAndGet)).isFalse();
        partition.close();
    }
}
