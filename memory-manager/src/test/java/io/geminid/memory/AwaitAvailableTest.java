package io.geminid.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.testing.PoolExtension;
import io.geminid.testing.RealThreads;
import io.geminid.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is woken when a segment becomes available, how often, and in which order. */
class AwaitAvailableTest {
    private static final SegmentOwner OWNER = SegmentOwner.named("test");

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private final List<String> woken = new ArrayList<>();

    @Test
    void registersNothingWhileSomethingIsAvailable() {
        final LocalSegmentPool local = local(pools.pool(8), "a", 0, 1);
        assertThat(local.awaitAvailable(() -> woken.add("a"))).isFalse();
        final Segment segment = local.poll(OWNER);
        segment.close();
        assertThat(woken).isEmpty();
    }

    @Test
    void runsOnceOnTheThreadThatReturnsTheSegment() {
        final LocalSegmentPool local = local(pools.pool(8), "a", 0, 1);
        final Segment first = local.poll(OWNER);
        final AtomicReference<Thread> ranOn = new AtomicReference<>();
        assertThat(
                        local.awaitAvailable(
                                () -> {
                                    woken.add("a");
                                    ranOn.set(Thread.currentThread());
                                }))
                .isTrue();
        final AtomicReference<Thread> returner = new AtomicReference<>();
        RealThreads.run(
                1,
                Duration.ofSeconds(20),
                thread -> {
                    returner.set(Thread.currentThread());
                    first.close();
                });
        assertThat(ranOn.get()).isSameAs(returner.get());
        local.poll(OWNER).close();
        local.poll(OWNER).close();
        assertThat(woken).containsExactly("a");
    }

    @Test
    void runsOutsideOfAllLocks() { // INV K7: listeners run outside of locks
        final SegmentPool pool = pools.pool(8);
        final LocalSegmentPool local = local(pool, "a", 0, 1);
        final Segment first = local.poll(OWNER);
        local.awaitAvailable(
                () -> {
                    RealThreads.run(
                            1,
                            Duration.ofSeconds(20),
                            thread -> {
                                pool.floatingFree();
                                local.poll(OWNER).close();
                                local(pool, "b", 7, 7).close();
                                pool.addSlabListener(new SlabListenerTest.Recorder());
                            });
                    woken.add("a");
                });
        first.close();
        assertThat(woken).containsExactly("a");
    }

    @Test
    void oneSegmentWakesOneInTheOrderOfWaiting() { // no thundering herd, FIFO
        final SegmentPool pool = pools.pool(1);
        final LocalSegmentPool holder = local(pool, "holder", 0, 1);
        Segment segment = holder.poll(OWNER);
        final LocalSegmentPool a = local(pool, "a", 0, 1);
        final LocalSegmentPool b = local(pool, "b", 0, 1);
        final LocalSegmentPool c = local(pool, "c", 0, 1);
        wait(b);
        wait(a);
        wait(c);
        segment.close();
        assertThat(woken).containsExactly("b");
        segment = b.poll(OWNER);
        wait(b);
        segment.close();
        assertThat(woken).containsExactly("b", "a");
        segment = a.poll(OWNER);
        segment.close();
        assertThat(woken).containsExactly("b", "a", "c");
        segment = c.poll(OWNER);
        segment.close();
        assertThat(woken).containsExactly("b", "a", "c", "b");
        b.decline();
    }

    @Test
    void whoeverDeclinesPassesItOn() {
        final SegmentPool pool = pools.pool(1);
        final LocalSegmentPool holder = local(pool, "holder", 0, 1);
        final Segment segment = holder.poll(OWNER);
        final LocalSegmentPool a = local(pool, "a", 0, 1);
        final LocalSegmentPool b = local(pool, "b", 0, 1);
        final LocalSegmentPool c = local(pool, "c", 0, 1);
        wait(a);
        wait(b);
        wait(c);
        segment.close();
        a.decline();
        assertThat(woken).containsExactly("a", "b");
        b.close();
        assertThat(woken).containsExactly("a", "b", "c");
        c.poll(OWNER).close();
    }

    @Test
    void whoeverIsOvertakenIsNextAgain() {
        final SegmentPool pool = pools.pool(1);
        final LocalSegmentPool thief = local(pool, "thief", 0, 1);
        final Segment segment = thief.poll(OWNER);
        final LocalSegmentPool a = local(pool, "a", 0, 1);
        final LocalSegmentPool b = local(pool, "b", 0, 1);
        wait(a);
        wait(b);
        segment.close();
        final Segment stolen = thief.poll(OWNER);
        assertThat(a.poll(OWNER)).isNull();
        wait(a);
        stolen.close();
        assertThat(woken).containsExactly("a", "a");
        a.poll(OWNER).close();
        assertThat(woken).containsExactly("a", "a", "b");
        b.decline();
    }

    @Test
    void aFreeShareWakesItsOwnLocalPoolOnly() {
        final SegmentPool pool = pools.pool(2);
        final LocalSegmentPool a = local(pool, "a", 1, 2);
        final LocalSegmentPool b = local(pool, "b", 0, 1);
        final Segment share = a.poll(OWNER);
        final Segment borrowed = a.poll(OWNER);
        wait(b);
        wait(a);
        share.close();
        assertThat(woken).as("what was borrowed is paid back first").containsExactly("b");
        final Segment taken = b.poll(OWNER);
        borrowed.close();
        assertThat(woken).as("the share").containsExactly("b", "a");
        a.poll(OWNER).close();
        taken.close();
    }

    @Test
    void aLocalPoolAtItsMaximumIsPassedOver() {
        final SegmentPool pool = pools.pool(8);
        final LocalSegmentPool full = local(pool, "full", 0, 1);
        final LocalSegmentPool greedy = local(pool, "greedy", 0, 8);
        final Segment only = full.poll(OWNER);
        final List<Segment> rest = SegmentPoolTest.takeAll(greedy);
        wait(full);
        wait(greedy);
        rest.remove(0).close();
        assertThat(woken).containsExactly("greedy");
        rest.add(greedy.poll(OWNER));
        only.close();
        assertThat(woken).containsExactly("greedy", "full");
        full.decline();
        rest.forEach(Segment::close);
    }

    @Test
    void whoeverCameToItsMaximumWhileItWaitedIsPassedOver() {
        final SegmentPool pool = pools.pool(2);
        final List<Segment> taken = SegmentPoolTest.takeAll(local(pool, "holder", 0, 2));
        final LocalSegmentPool a = local(pool, "a", 0, 1);
        final LocalSegmentPool b = local(pool, "b", 0, 1);
        wait(a);
        wait(b);
        taken.get(0).close();
        final Segment overtaking = b.poll(OWNER);
        a.decline();
        taken.get(1).close();
        assertThat(woken).containsExactly("a");
        overtaking.close();
        assertThat(woken).as("waited on").containsExactly("a", "b");
        b.decline();
    }

    @Test
    void manySegmentsWakeAsMany() {
        final SegmentPool pool = pools.pool(8);
        final LocalSegmentPool holder = local(pool, "holder", 3, 8);
        final List<Segment> taken = SegmentPoolTest.takeAll(holder);
        taken.subList(3, 8).forEach(Segment::close);
        final LocalSegmentPool filler = local(pool, "filler", 5, 5);
        final LocalSegmentPool a = local(pool, "a", 0, 2);
        for (int i = 0; i < 4; i++) {
            wait(a);
        }
        filler.close();
        assertThat(woken).as("a may hold two").containsExactly("a", "a");
        taken.subList(0, 3).forEach(Segment::close);
        a.close();
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
        final SegmentPool pool = pools.pool(2);
        final LocalSegmentPool a = local(pool, "a", 0, 1);
        final LocalSegmentPool b = local(pool, "b", 0, 1);
        final LocalSegmentPool holder = local(pool, "holder", 0, 2);
        final List<Segment> taken = SegmentPoolTest.takeAll(holder);
        a.awaitAvailable(
                () -> {
                    final RuntimeException thrown = new IllegalStateException("on purpose");
                    thrown.setStackTrace(new StackTraceElement[0]); // it is logged
                    throw thrown;
                });
        wait(b);
        taken.forEach(Segment::close);
        assertThat(woken).containsExactly("b");
        assertThat(holder.held()).isZero();
    }

    @Test
    void listenersThatReturnSegmentsDoNotPileUpOnTheStack() {
        final SegmentPool pool = pools.pool(1);
        final LocalSegmentPool holder = local(pool, "holder", 0, 1);
        final Segment first = holder.poll(OWNER);
        final int count = 50_000;
        final int[] runs = {0};
        for (int i = 0; i < count; i++) {
            final LocalSegmentPool next = local(pool, "next", 0, 1);
            next.awaitAvailable(
                    () -> {
                        runs[0]++;
                        next.poll(OWNER).close();
                    });
        }
        first.close();
        assertThat(runs[0]).isEqualTo(count);
    }

    @Test
    void closingDropsWhoWaits() {
        final SegmentPool pool = pools.pool(1);
        final LocalSegmentPool holder = local(pool, "holder", 0, 1);
        final Segment segment = holder.poll(OWNER);
        final LocalSegmentPool a = local(pool, "a", 0, 1);
        wait(a);
        a.close();
        segment.close();
        assertThat(woken).isEmpty();

        final LocalSegmentPool share = local(pool, "share", 1, 1);
        final Segment own = share.poll(OWNER);
        wait(share);
        share.close();
        own.close();
        assertThat(woken).as("its share is the pool's now").isEmpty();
    }

    /**
     * Threads that wait whenever there is nothing and hold what they get for a moment: if one
     * wake-up were lost, they would wait for ever.
     */
    @Test
    void noWakeUpIsLost() { // INV K7
        hammer(4, 3, 20_000, 0);
    }

    @Test
    void noWakeUpIsLostWithSharesAndAClosedCycle() { // INV K5, K7: one floating segment is enough
        hammer(4, 1, 10_000, 0);
        hammer(4, 6, 10_000, 1);
    }

    /** Each waits for what the other returns, and for nothing else: one lost wake-up stops both. */
    @Test
    void noWakeUpIsLostBetweenTwo() { // INV K7
        final SegmentPool pool = pools.pool(1);
        final int rounds = 3_000;
        final AtomicInteger takes = new AtomicInteger();
        final List<LocalSegmentPool> locals =
                List.of(local(pool, "a", 0, 1), local(pool, "b", 0, 1));
        final List<Random> randoms = List.of(seed.fork(), seed.fork());
        RealThreads.run(
                2,
                Duration.ofSeconds(60),
                thread -> {
                    for (int i = 0; i < rounds; i++) {
                        final Segment segment = takeOrWait(locals.get(thread), randoms.get(thread));
                        final int mine = takes.incrementAndGet();
                        segment.close();
                        while (takes.get() == mine && mine < 2 * rounds) {
                            Thread.yield();
                            assertThat(Thread.interrupted()).isFalse();
                        }
                    }
                });
        assertThat(pool.takenTotal()).isEqualTo(2 * rounds);
    }

    @Test
    @Tag("long")
    void noWakeUpIsLostForLong() { // INV K7
        for (int round = 0; round < 20; round++) {
            hammer(2 + round % 7, 1 + round % 5, 10_000, 0);
        }
    }

    private void hammer(
            final int threads, final int segments, final int rounds, final int reserved) {
        final SegmentPool pool = pools.pool(segments);
        final List<LocalSegmentPool> locals = new ArrayList<>();
        final List<Random> randoms = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            // Two threads share a local pool, so that listeners of one pool queue up as well.
            locals.add(i % 2 == 1 ? locals.get(i - 1) : local(pool, "local-" + i, reserved, 2));
            randoms.add(seed.fork());
        }
        RealThreads.run(
                threads,
                Duration.ofSeconds(120),
                thread -> {
                    final Random random = randoms.get(thread);
                    for (int i = 0; i < rounds; i++) {
                        try (Segment segment = takeOrWait(locals.get(thread), random)) {
                            segment.putInt(0, thread);
                            if (random.nextInt(8) == 0) {
                                Thread.yield();
                            }
                            assertThat(segment.getInt(0)).isEqualTo(thread);
                        }
                    }
                });
        assertThat(pool.takenTotal()).isEqualTo((long) threads * rounds);
        assertThat(pool.returnedTotal()).isEqualTo((long) threads * rounds);
    }

    private static Segment takeOrWait(final LocalSegmentPool local, final Random random)
            throws InterruptedException {
        while (true) {
            final Segment segment = local.poll(OWNER);
            if (segment != null) {
                return segment;
            }
            final Semaphore available = new Semaphore(0);
            if (local.awaitAvailable(available::release)) {
                assertThat(available.tryAcquire(20, TimeUnit.SECONDS)).as("woken").isTrue();
                if (random.nextInt(16) == 0) {
                    local.decline();
                }
            }
        }
    }

    private void wait(final LocalSegmentPool local) {
        assertThat(local.awaitAvailable(() -> woken.add(local.name()))).isTrue();
    }

    private static LocalSegmentPool local(
            final SegmentPool pool, final String name, final int reserved, final int max) {
        return pool.createLocalPool(new LocalPoolContext(name, reserved, max, 0));
    }
}
