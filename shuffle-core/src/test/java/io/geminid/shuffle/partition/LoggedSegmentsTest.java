package io.geminid.shuffle.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.LoggedSegments;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.event.UserEvent;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.RealThreads;
import io.geminid.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is written is logged, once and in order, and segments come back (INV O1). */
class LoggedSegmentsTest {

    private static final int SUBPARTITIONS = 3;
    private static final int SEGMENTS = 12;
    private static final int RECORDS = 3_000;

    @RegisterExtension final PoolExtension pools = new PoolExtension();

    @RegisterExtension final Seed seed = new Seed();

    private final AtomicInteger woken = new AtomicInteger();

    private PipelinedResultPartition partition() {
        return new PipelinedResultPartition(
                new ResultPartitionId(7, 0, 1, 2),
                SUBPARTITIONS,
                2,
                pools.pool(2 * SEGMENTS)
                        .createLocalPool(new LocalPoolContext("output", 4, SEGMENTS, SEGMENTS)),
                closed -> {});
    }

    private static void write(final ResultPartition to, final int subpartition, final int bytes)
            throws InterruptedException {
        final RecordOutput out = to.beginRecord(subpartition);
        for (int i = 0; i < bytes; i++) {
            out.putByte(subpartition + i);
        }
        to.endRecord();
    }

    /** Bytes of each subpartition. */
    private static final class Bytes implements LoggedSegments.Target {
        private final List<ByteArrayOutputStream> of = new ArrayList<>();

        Bytes() {
            for (int i = 0; i < SUBPARTITIONS; i++) {
                of.add(new ByteArrayOutputStream());
            }
        }

        @Override
        public void write(final int subpartition, final ByteBuffer memory, final int length) {
            for (int i = 0; i < length; i++) {
                of.get(subpartition).write(memory.get(i));
            }
        }

        void add(final int subpartition, final Buffer buffer) {
            for (int i = 0; i < buffer.length(); i++) {
                of.get(subpartition).write(buffer.memory().get(buffer.offset() + i));
            }
        }
    }

    private static boolean poll(final List<SubpartitionView> views, final Bytes into) {
        boolean any = false;
        for (int i = 0; i < views.size(); i++) {
            final Buffer next = views.get(i).poll(true, true);
            if (next != null) {
                any = true;
                if (next.kind() == Buffer.Kind.DATA) {
                    into.add(i, next);
                }
                next.release();
            }
        }
        return any;
    }

    private static List<SubpartitionView> views(final PipelinedResultPartition of)
            throws PartitionNotFoundException {
        final List<SubpartitionView> views = new ArrayList<>();
        for (int i = 0; i < SUBPARTITIONS; i++) {
            views.add(
                    of.createView(
                            i,
                            new SubpartitionListener() {
                                @Override
                                public void dataAvailable() {}

                                @Override
                                public void priorityAvailable() {}
                            }));
        }
        return views;
    }

    @Test
    void whatIsReadIsLogged() {
        final PipelinedResultPartition partition = partition();
        final LoggedSegments log = partition.log(woken::incrementAndGet);
        final Bytes read = new Bytes();
        final Bytes logged = new Bytes();
        final AtomicBoolean written = new AtomicBoolean();
        final AtomicBoolean logIsWhole = new AtomicBoolean();
        final Random writing = seed.fork();
        RealThreads.run(
                3,
                Duration.ofSeconds(60),
                thread -> {
                    if (thread == 0) {
                        for (int i = 0; i < RECORDS; i++) {
                            final int most = writing.nextInt(20) == 0 ? 20_000 : 300;
                            write(partition, writing.nextInt(SUBPARTITIONS), writing.nextInt(most));
                            if (writing.nextInt(50) == 0) {
                                partition.broadcastEvent(new UserEvent(1, 2, false), false);
                            }
                        }
                        partition.broadcastEvent(new UserEvent(1, 2, false), true);
                        written.set(true);
                    } else if (thread == 1) {
                        final List<SubpartitionView> views = views(partition);
                        while (poll(views, read) || !logIsWhole.get()) {
                            Thread.onSpinWait();
                        }
                        poll(views, read);
                    } else {
                        while (log.take(logged, Long.MAX_VALUE) || !written.get()) {
                            Thread.onSpinWait();
                        }
                        log.take(logged, Long.MAX_VALUE);
                        logIsWhole.set(log.isEmpty());
                    }
                });
        assertThat(log.isEmpty()).isTrue();
        for (int i = 0; i < SUBPARTITIONS; i++) {
            assertThat(log.position(i)).isEqualTo(logged.of.get(i).size());
            assertThat(logged.of.get(i).toByteArray()).isEqualTo(read.of.get(i).toByteArray());
        }
        assertThat(woken).hasPositiveValue();
        partition.close();
    }

    @Test
    void theLogIsToldWhenTheTaskIsAboutToWait() throws InterruptedException {
        final PipelinedResultPartition partition = partition();
        final LoggedSegments log = partition.log(woken::incrementAndGet);
        write(partition, 0, 10);
        partition.flush();
        assertThat(woken).as("an open segment").hasValue(0);
        partition.broadcastEvent(new UserEvent(1, 2, false), false);
        assertThat(woken).as("one segment of many").hasValue(0);
        partition.flush();
        assertThat(woken).hasValue(1);
        log.take((subpartition, memory, length) -> {}, Long.MAX_VALUE);
        partition.flush();
        assertThat(woken).as("nothing waits").hasValue(1);
        partition.close();
    }

    @Test
    void takesNoMoreThanWasThere() throws InterruptedException {
        final PipelinedResultPartition partition = partition();
        final LoggedSegments log = partition.log(woken::incrementAndGet);
        final Bytes logged = new Bytes();
        write(partition, 0, 10);
        partition.broadcastEvent(new UserEvent(1, 2, false), false);
        final long barrier = log.appended();
        write(partition, 0, 20);
        partition.broadcastEvent(new UserEvent(1, 2, false), false);
        assertThat(log.take(logged, barrier)).isTrue();
        assertThat(log.take(logged, barrier)).isFalse();
        assertThat(logged.of.get(0).size()).isEqualTo(Integer.BYTES + 10);
        assertThat(log.take(logged, Long.MAX_VALUE)).isTrue();
        partition.close();
    }

    @Test
    void aLogThatIsClosedKeepsNothing() throws InterruptedException {
        final PipelinedResultPartition partition = partition();
        final LoggedSegments log = partition.log(woken::incrementAndGet);
        write(partition, 0, 10);
        log.close();
        partition.broadcastEvent(new UserEvent(1, 2, false), false);
        assertThat(log.isEmpty()).isTrue();
        partition.close();
    }
}
