package io.geminid.shuffle.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.debug.DebugLevel;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.RealThreads;
import io.geminid.testing.Seed;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Writer and reader in threads of their own. A wake-up that is lost lets the test run out of time.
 */
class PartitionThreadsTest {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    /** Enough for writer and reader to meet in any order, few enough that they do meet. */
    private static final int SPINS_MAX = 12;

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    /** A reader that parks when it finds nothing, and is woken by its listener only. */
    private static final class ParkingReader implements SubpartitionListener {

        private final AtomicBoolean told = new AtomicBoolean();
        private volatile Thread thread;

        @Override
        public void dataAvailable() {
            told.set(true);
            LockSupport.unpark(thread);
        }

        @Override
        public void priorityAvailable() {
            dataAvailable();
        }

        void await() throws InterruptedException {
            while (!told.getAndSet(false)) {
                LockSupport.park();
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
    }

    /** Memory that is written to while it is free is found when the pool closes. */
    private PipelinedResultPartition partition(final int segments) {
        final LocalSegmentPool pool =
                pools.pool(PoolExtension.context(segments).withDebug(DebugLevel.POISON))
                        .createLocalPool(LocalPoolContext.fixed("output", segments));
        return new PipelinedResultPartition(
                new ResultPartitionId(1, 0, 0, 0), 1, 4, pool, closed -> {});
    }

    /**
     * In each round, at the same moment, the reader polls and finds nothing, and the writer writes
     * a record and flushes. One of the two must notice: the reader takes it, or is told of it.
     */
    @Test
    void aReaderThatGoesIdleAndAWriterThatFlushesNeverMissEachOther() throws Exception {
        final int rounds = 400_000;
        final PipelinedResultPartition partition = partition(4);
        final ParkingReader reader = new ParkingReader();
        final SubpartitionView view = partition.createView(0, reader);
        final AtomicInteger writerRound = new AtomicInteger();
        final AtomicInteger readerRound = new AtomicInteger();
        final Random writerSpins = seed.fork();
        final Random readerSpins = seed.fork();
        write(partition);
        read(view);
        reader.told.set(false);
        RealThreads.run(
                2,
                LIMIT,
                thread -> {
                    for (int round = 1; round <= rounds; round++) {
                        if (thread == 0) {
                            meet(writerRound, readerRound, 2 * round);
                            spin(writerSpins.nextInt(SPINS_MAX));
                            write(partition);
                            partition.flush();
                            meet(writerRound, readerRound, 2 * round + 1);
                        } else {
                            meet(readerRound, writerRound, 2 * round);
                            spin(readerSpins.nextInt(SPINS_MAX));
                            final boolean taken = read(view);
                            meet(readerRound, writerRound, 2 * round + 1);
                            if (!taken) {
                                assertThat(reader.told).as("round=%s", round).isTrue();
                                assertThat(read(view)).isTrue();
                            }
                            reader.told.set(false);
                        }
                    }
                });
        partition.close();
    }

    private static void spin(final int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    private static void meet(final AtomicInteger own, final AtomicInteger other, final int point)
            throws InterruptedException {
        own.set(point);
        for (int spins = 0; other.get() < point; spins++) {
            if (spins > 1_000) {
                Thread.yield();
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
    }

    private static void write(final PipelinedResultPartition partition)
            throws InterruptedException {
        partition.beginRecord(0).putLong(0);
        partition.endRecord();
    }

    /** Takes one element; true if there was one. */
    private static boolean read(final SubpartitionView view) {
        final Buffer next = view.poll(true, true);
        if (next != null) {
            next.release();
        }
        return next != null;
    }

    /**
     * The writer writes a few records and parks until the reader has read them: the hardest case
     * for the idle protocol, since each race lost without {@code flush} is a standstill.
     */
    @Test
    void noRecordIsForgottenWhenTheWriterParksAfterFlush() throws Exception {
        final int rounds = 60_000;
        final PipelinedResultPartition partition = partition(4);
        final ParkingReader reader = new ParkingReader();
        final SubpartitionView view = partition.createView(0, reader);
        final AtomicLong read = new AtomicLong();
        final Thread[] writer = new Thread[1];
        final Random random = seed.fork();
        RealThreads.run(
                2,
                LIMIT,
                thread -> {
                    if (thread == 0) {
                        writer[0] = Thread.currentThread();
                        writeAndAwait(partition, random, read, rounds);
                    } else {
                        reader.thread = Thread.currentThread();
                        readAll(view, reader, read, writer, rounds);
                    }
                });
        partition.close();
    }

    private static void writeAndAwait(
            final PipelinedResultPartition partition,
            final Random random,
            final AtomicLong read,
            final int rounds)
            throws InterruptedException {
        long written = 0;
        for (int round = 0; round < rounds; round++) {
            final int records = 1 + random.nextInt(3);
            for (int i = 0; i < records; i++) {
                partition.beginRecord(0).putLong(written);
                partition.endRecord();
                written += Integer.BYTES + Long.BYTES;
            }
            spin(random.nextInt(60));
            partition.flush();
            while (read.get() < written) {
                LockSupport.park();
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
        partition.finish();
    }

    private static void readAll(
            final SubpartitionView view,
            final ParkingReader reader,
            final AtomicLong read,
            final Thread[] writer,
            final int rounds)
            throws InterruptedException {
        while (true) {
            final Buffer next = view.poll(true, true);
            if (next == null) {
                reader.await();
            } else if (next.kind() == Buffer.Kind.DATA) {
                final long before = read.get();
                final int bytes = next.length();
                next.release();
                read.set(before + bytes);
                LockSupport.unpark(writer[0]);
            } else {
                view.release();
                return;
            }
        }
    }

    /** The bytes are what was written, however writer and reader meet; back-pressure included. */
    @Test
    void readerSeesEveryByteThatIsCommitted() throws Exception {
        final int records = 150_000;
        final PipelinedResultPartition partition = partition(3);
        final ParkingReader reader = new ParkingReader();
        final SubpartitionView view = partition.createView(0, reader);
        final Random random = seed.fork();
        RealThreads.run(
                2,
                LIMIT,
                thread -> {
                    if (thread == 0) {
                        for (int i = 0; i < records; i++) {
                            awaitAvailable(partition);
                            partition.beginRecord(0).putLong(i);
                            partition.endRecord();
                            if (random.nextInt(1_000) == 0) {
                                Thread.yield();
                            }
                        }
                        partition.finish();
                    } else {
                        reader.thread = Thread.currentThread();
                        assertThat(readLongs(view, reader)).isEqualTo(records);
                    }
                });
        partition.close();
    }

    private static void awaitAvailable(final PipelinedResultPartition partition)
            throws InterruptedException {
        // Not park(): the pool's lock would take an unpark() that is meant for us.
        final Semaphore told = new Semaphore(0);
        while (!partition.isAvailable()) {
            partition.flush();
            if (partition.awaitAvailable(told::release)) {
                told.acquire();
            }
        }
    }

    /** Reads length and number of each record byte by byte, since it may span segments. */
    private static long readLongs(final SubpartitionView view, final ParkingReader reader)
            throws InterruptedException {
        long records = 0;
        long value = 0;
        int at = 0;
        while (true) {
            final Buffer next = view.poll(true, true);
            if (next == null) {
                reader.await();
                continue;
            }
            if (next.kind() != Buffer.Kind.DATA) {
                view.release();
                return records;
            }
            for (int i = next.offset(); i < next.offset() + next.length(); i++) {
                if (at >= Integer.BYTES) {
                    value |= (next.memory().get(i) & 0xFFL) << (8 * (at - Integer.BYTES));
                }
                if (++at == Integer.BYTES + Long.BYTES) {
                    if (value != records) {
                        throw new AssertionError("value=" + value + " expected=" + records);
                    }
                    records++;
                    value = 0;
                    at = 0;
                }
            }
            next.release();
        }
    }

    // INV K11
    @Test
    void everySegmentIsBackWhenSomebodyElseEndsIt() {
        for (int round = 0; round < 400; round++) {
            final PipelinedResultPartition partition = partition(4);
            final ParkingReader reader = new ParkingReader();
            final Random random = seed.fork();
            final int ender = random.nextInt(3);
            final int spins = random.nextInt(40_000);
            RealThreads.run(
                    3,
                    LIMIT,
                    thread -> {
                        switch (thread) {
                            case 0 -> writeUntilClosed(partition);
                            case 1 -> readUntilReleased(partition, reader);
                            default -> {
                                for (int i = 0; i < spins; i++) {
                                    Thread.onSpinWait();
                                }
                                if (ender == 0) {
                                    partition.fail(new IllegalStateException("test"));
                                } else {
                                    partition.close();
                                }
                            }
                        }
                    });
        }
        // The pools are closed after the test, which throws if one misses a segment.
    }

    private static void writeUntilClosed(final PipelinedResultPartition partition)
            throws InterruptedException {
        try {
            while (true) {
                partition.beginRecord(0).putBytes(new byte[3_000], 0, 3_000);
                partition.endRecord();
                if (!partition.isAvailable()) {
                    partition.flush();
                }
            }
        } catch (final IllegalStateException e) {
            assertThat(e).hasMessageContaining("closed");
        } finally {
            partition.close();
        }
    }

    private static void readUntilReleased(
            final PipelinedResultPartition partition, final ParkingReader reader)
            throws InterruptedException {
        reader.thread = Thread.currentThread();
        final SubpartitionView view;
        try {
            view = partition.createView(0, reader);
        } catch (final PartitionNotFoundException e) {
            return;
        }
        while (true) {
            final Buffer next = view.poll(true, true);
            if (next != null) {
                next.release();
            } else if (view.isReleased()) {
                view.release();
                return;
            } else {
                reader.await();
            }
        }
    }
}
