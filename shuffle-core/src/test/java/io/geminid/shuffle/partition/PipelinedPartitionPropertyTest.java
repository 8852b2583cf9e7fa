package io.geminid.shuffle.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.event.EndOfData;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.ShuffleEvent;
import io.geminid.shuffle.event.UserEvent;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A partition and its readers against a model that keeps all bytes and events in plain queues. */
class PipelinedPartitionPropertyTest {

    /** What records may fill of a segment. */
    private static final int SEGMENT = PoolExtension.SEGMENT_BYTES - FrameHeader.LENGTH_BYTES;

    private static final int SEGMENTS = 24;
    private static final int QUOTA = 3;

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    /** What a reader must get: events, and the bytes between them. */
    private static final class ModelReader implements SubpartitionListener {

        private final Deque<Object> expected = new ArrayDeque<>();
        private final Deque<ShuffleEvent> urgent = new ArrayDeque<>();
        private final List<Buffer> held = new ArrayList<>();
        private SubpartitionView view;
        private boolean blocked;
        private boolean ended;

        /** The last poll found nothing though everything was allowed, and nobody has told since. */
        private boolean waits;

        private boolean toldOfPriority;

        @Override
        public void dataAvailable() {
            waits = false;
        }

        @Override
        public void priorityAvailable() {
            waits = false;
            toldOfPriority = true;
        }

        boolean deliverable(final boolean dataAllowed) {
            if (!urgent.isEmpty()) {
                return true;
            }
            final Object first = blocked ? null : expected.peek();
            return first != null && (dataAllowed || !(first instanceof byte[]));
        }

        void poll(final Random random) {
            final boolean dataAllowed = random.nextInt(4) > 0;
            final boolean partialAllowed = random.nextInt(4) > 0;
            final int backlogBefore = view.backlog();
            final Buffer next = view.poll(dataAllowed, partialAllowed);
            if (next == null) {
                // INV K6: an event comes without credit.
                assertThat(deliverable(dataAllowed) && partialAllowed).isFalse();
                waits |= dataAllowed && partialAllowed;
                return;
            }
            waits = false;
            // INV K3: whole segments of data count and nothing else.
            final boolean whole = next.kind() == Buffer.Kind.DATA && next.finished();
            assertThat(view.backlog()).isEqualTo(backlogBefore - (whole ? 1 : 0));
            if (next instanceof EventBuffer event) {
                onEvent(event);
            } else {
                assertThat(dataAllowed).isTrue();
                onData(next, random);
            }
        }

        private void onEvent(final EventBuffer event) {
            if (event.kind() == Buffer.Kind.PRIORITY_EVENT) {
                // INV U2: in the order in which they were sent.
                assertThat(event.event()).isEqualTo(urgent.poll());
            } else {
                assertThat(urgent).isEmpty();
                assertThat(blocked).isFalse();
                assertThat(event.event()).isEqualTo(expected.poll());
            }
            blocked |= event.event().blocksUpstream();
            ended |= event.event() instanceof EndOfPartition;
        }

        private void onData(final Buffer data, final Random random) {
            // INV U2: no data while a priority event waits.
            assertThat(urgent).isEmpty();
            assertThat(blocked).isFalse();
            int at = data.offset();
            final int end = at + data.length();
            while (at < end) {
                final byte[] first = (byte[]) expected.poll();
                int i = 0;
                for (; i < first.length && at < end; i++, at++) {
                    if (data.memory().get(at) != first[i]) {
                        throw new AssertionError("byte=" + i + " of=" + first.length);
                    }
                }
                if (i < first.length) {
                    expected.addFirst(Arrays.copyOfRange(first, i, first.length));
                }
            }
            if (random.nextInt(3) == 0) {
                held.add(data);
            } else {
                data.release();
            }
        }

        void check() {
            // The listener is told of whatever a waiting reader could take.
            assertThat(waits && deliverable(true)).as("a notification is lost").isFalse();
            assertThat(view.hasElements()).isEqualTo(deliverable(true));
        }

        void letGo() {
            held.forEach(Buffer::release);
            held.clear();
        }
    }

    /** A partition, its readers, and what was written. */
    private static final class Run {

        private final Random random;
        private final LocalSegmentPool pool;
        private final PipelinedResultPartition partition;
        private final List<ModelReader> readers = new ArrayList<>();
        private boolean dataEnded;
        private boolean finished;

        Run(final Random random, final LocalSegmentPool pool, final int subpartitions)
                throws PartitionNotFoundException {
            this.random = random;
            this.pool = pool;
            this.partition =
                    new PipelinedResultPartition(
                            new ResultPartitionId(1, 2, 3, 4),
                            subpartitions,
                            QUOTA,
                            pool,
                            closed -> {});
            for (int i = 0; i < subpartitions; i++) {
                final ModelReader reader = new ModelReader();
                readers.add(reader);
                reader.view = partition.createView(i, reader);
                reader.waits = true;
            }
        }

        void step() throws InterruptedException {
            final int subpartition = random.nextInt(readers.size());
            final ModelReader reader = readers.get(subpartition);
            switch (random.nextInt(8)) {
                case 0, 1 -> write(subpartition);
                case 2 -> event();
                case 3, 4 -> reader.poll(random);
                case 5 -> resume(reader);
                case 6 -> reader.letGo();
                default -> flushOrEnd();
            }
            readers.forEach(ModelReader::check);
            // INV M3
            final boolean overQuota =
                    readers.stream().anyMatch(each -> each.view.backlog() >= QUOTA);
            if (partition.isAvailable()) {
                assertThat(overQuota && !dataEnded).isFalse();
            } else {
                assertThat(overQuota || pool.availableNow() == 0).isTrue();
            }
        }

        private void write(final int subpartition) throws InterruptedException {
            final int bytes =
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextInt(20);
                        case 1 -> SEGMENT - 8 + random.nextInt(12);
                        case 2 -> random.nextInt(3 * SEGMENT);
                        default -> random.nextInt(200);
                    };
            if (dataEnded || pool.availableNow() < bytes / SEGMENT + 2) {
                return;
            }
            final byte[] content = new byte[Integer.BYTES + bytes];
            random.nextBytes(content);
            for (int i = 0; i < Integer.BYTES; i++) {
                content[i] = (byte) (bytes >>> (Byte.SIZE * i));
            }
            final RecordOutput out = partition.beginRecord(subpartition);
            out.putBytes(content, Integer.BYTES, bytes);
            // Nothing of a record is visible before its end.
            readers.get(subpartition).check();
            partition.endRecord();
            readers.get(subpartition).expected.add(content);
        }

        private void event() {
            if (finished || random.nextInt(3) > 0) {
                return;
            }
            final boolean priority = random.nextInt(3) == 0;
            final UserEvent event =
                    new UserEvent(random.nextInt(), random.nextLong(), random.nextInt(4) == 0);
            for (final ModelReader reader : readers) {
                reader.toldOfPriority = false;
                if (priority) {
                    reader.urgent.add(event);
                } else {
                    reader.expected.add(event);
                }
            }
            partition.broadcastEvent(event, priority);
            for (final ModelReader reader : readers) {
                assertThat(reader.toldOfPriority).isEqualTo(priority);
            }
        }

        private void resume(final ModelReader reader) {
            if (reader.blocked) {
                reader.view.resumeConsumption();
                reader.blocked = false;
                // Whoever resumes polls.
                reader.waits = false;
            }
        }

        private void flushOrEnd() {
            partition.flush();
            if (random.nextInt(60) == 0 && !dataEnded) {
                dataEnded = true;
                readers.forEach(reader -> reader.expected.add(new EndOfData(true)));
                partition.notifyEndOfData();
            } else if (dataEnded && !finished && random.nextInt(10) == 0) {
                finish();
            }
        }

        private void finish() {
            finished = true;
            readers.forEach(reader -> reader.expected.add(new EndOfPartition()));
            partition.finish();
        }

        void runToTheEnd() {
            if (!finished) {
                dataEnded = true;
                finish();
            }
            for (final ModelReader reader : readers) {
                while (!reader.ended) {
                    resume(reader);
                    reader.poll(random);
                    reader.letGo();
                    reader.check();
                }
                reader.letGo(); // it may have ended, with elements in hand, before
                // INV K9: nothing after the end of the partition.
                assertThat(reader.expected).isEmpty();
                assertThat(reader.view.poll(true, true)).isNull();
                assertThat(partition.isConsumed()).isFalse();
                reader.view.release();
            }
            assertThat(partition.isConsumed()).isTrue();
            // All segments are back but the one in hand, which went with the end of data.
            assertThat(pool.held()).isZero();
        }

        /** Ends it in the middle, in any order. */
        void abort() {
            final List<Runnable> ends = new ArrayList<>();
            readers.forEach(reader -> ends.add(reader.view::release));
            readers.forEach(reader -> ends.add(reader::letGo));
            ends.add(partition::close);
            if (random.nextBoolean()) {
                ends.add(() -> partition.fail(new IllegalStateException("test")));
            }
            Collections.shuffle(ends, random);
            ends.forEach(Runnable::run);
            partition.close();
            readers.forEach(ModelReader::letGo);
            assertThat(pool.held()).isZero();
        }
    }

    private Run run(final Random random) throws PartitionNotFoundException {
        final LocalSegmentPool pool =
                pools.pool(SEGMENTS)
                        .createLocalPool(new LocalPoolContext("output", 4, SEGMENTS, 0));
        return new Run(random, pool, 1 + random.nextInt(3));
    }

    // INV U2, K3, K6, K9, M3
    @Test
    void readersGetWhatWasWrittenInOrder() {
        new PropertyRunner(seed, 400, 400)
                .check(
                        (random, size) -> {
                            final Run run = run(random);
                            for (int i = 0; i < size; i++) {
                                run.step();
                            }
                            run.runToTheEnd();
                            run.partition.close();
                        });
    }

    // INV K11
    @Test
    void everySegmentIsBackWhereverItEnds() {
        new PropertyRunner(seed, 400, 150)
                .check(
                        (random, size) -> {
                            final Run run = run(random);
                            for (int i = 0; i < size; i++) {
                                run.step();
                            }
                            run.abort();
                        });
    }
}
