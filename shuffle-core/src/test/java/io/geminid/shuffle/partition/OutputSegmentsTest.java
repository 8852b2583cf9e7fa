package io.geminid.shuffle.partition;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentPool;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.RealThreads;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A producer that waits for a segment, among others who want it too. */
class OutputSegmentsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ROUNDS = 50_000;

    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private final OneShotListener available = new OneShotListener();

    /**
     * The floating segment comes and goes while the producer asks for it. One that saw it and came
     * too late must still be told when its own segment is back; else the test runs out of time.
     */
    @Test
    void aProducerThatMissesAFloatingSegmentIsToldOfItsOwn() throws Exception {
        final SegmentPool pool = pools.pool(PoolExtension.context(2));
        final LocalSegmentPool share = pool.createLocalPool(new LocalPoolContext("own", 1, 2, 0));
        final LocalSegmentPool other = pool.createLocalPool(new LocalPoolContext("other", 0, 1, 0));
        final OutputSegments output = new OutputSegments(share);
        final AtomicReference<Segment> queued = new AtomicReference<>();
        final AtomicBoolean done = new AtomicBoolean();
        RealThreads.run(
                3,
                LIMIT,
                thread -> {
                    switch (thread) {
                        case 0 -> {
                            for (int round = 0; round < ROUNDS; round++) {
                                queued.set(output.takeNow());
                                awaitAvailable(output);
                                output.takeNow().close();
                                awaitTaken(queued);
                                awaitAvailable(output);
                            }
                            done.set(true);
                        }
                        case 1 -> read(queued, done);
                        default -> comeAndGo(other, done);
                    }
                });
        output.end();
        output.close();
        other.close();
    }

    private void awaitAvailable(final OutputSegments output) throws InterruptedException {
        // Not park(): the pool's lock would take an unpark() that is meant for us.
        final Semaphore told = new Semaphore(0);
        while (!output.isAvailable()) {
            final boolean kept =
                    available.await(
                            told::release,
                            () -> {
                                output.await(available);
                                return output.isAvailable();
                            });
            if (kept) {
                told.acquire();
            }
        }
    }

    private static void awaitTaken(final AtomicReference<Segment> queued)
            throws InterruptedException {
        while (queued.get() != null) {
            Thread.yield();
            requireNotInterrupted();
        }
    }

    /** Gives back what is queued, a little later. */
    private static void read(final AtomicReference<Segment> queued, final AtomicBoolean done)
            throws InterruptedException {
        while (!done.get()) {
            Thread.yield();
            final Segment read = queued.get();
            if (read != null) {
                read.close();
                queued.set(null);
            }
            requireNotInterrupted();
        }
    }

    private static void comeAndGo(final LocalSegmentPool other, final AtomicBoolean done)
            throws InterruptedException {
        while (!done.get()) {
            final Segment segment = other.poll(OutputSegments.OWNER);
            if (segment != null) {
                segment.close();
            }
            requireNotInterrupted();
        }
    }

    private static void requireNotInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
