package io.geminid.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.testing.PoolExtension;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.RealThreads;
import io.geminid.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pool against a model that only counts. */
class PoolModelTest {
    private static final List<SegmentOwner> OWNERS =
            List.of(
                    SegmentOwner.named("test-a"),
                    SegmentOwner.named("test-b"),
                    SegmentOwner.named("test-c"));

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    /** What a local pool should be. */
    private static final class LocalModel {
        final LocalPoolContext limits;
        final LocalSegmentPool local;
        int held;
        boolean closed;
        int listening;
        int toAnswer;

        LocalModel(final LocalPoolContext limits, final LocalSegmentPool local) {
            this.limits = limits;
            this.local = local;
        }

        int claim() {
            return closed ? held : Math.max(held, limits.reserved());
        }
    }

    /** What a loan should be. */
    private static final class Loan {
        final Segment segment;
        final LocalModel from;
        final long stamp;
        SegmentOwner owner;

        Loan(final Segment segment, final LocalModel from, final long stamp) {
            this.segment = segment;
            this.from = from;
            this.stamp = stamp;
            this.owner = segment.owner();
            segment.putLong(0, stamp);
            segment.putLong(segment.capacity() - Long.BYTES, stamp);
        }

        void requireUntouched() {
            assertThat(segment.getLong(0)).isEqualTo(stamp);
            assertThat(segment.getLong(segment.capacity() - Long.BYTES)).isEqualTo(stamp);
            assertThat(segment.owner()).isEqualTo(owner);
        }
    }

    /** One pool, its model, and random steps that keep them in line. */
    private static final class Run {
        final SegmentPool pool;
        final Random random;
        final List<LocalModel> open = new ArrayList<>();
        final List<LocalModel> all = new ArrayList<>();
        final List<Loan> loans = new ArrayList<>();
        long taken;
        int inVain;

        Run(final SegmentPool pool, final Random random) {
            this.pool = pool;
            this.random = random;
        }

        int floatingFree() {
            return pool.capacity() - all.stream().mapToInt(LocalModel::claim).sum();
        }

        void step() {
            final int dice = random.nextInt(100);
            if (dice < 4 || open.isEmpty()) {
                create();
            } else if (dice < 45) {
                take(open.get(random.nextInt(open.size())), random.nextInt(8) == 0);
            } else if (dice < 80) {
                giveBack();
            } else if (dice < 85) {
                handOver();
            } else if (dice < 97) {
                await(open.get(random.nextInt(open.size())));
            } else {
                close(open.remove(random.nextInt(open.size())));
            }
            answerAll();
            check();
        }

        void create() {
            final int max = 1 + random.nextInt(12);
            final LocalPoolContext limits =
                    new LocalPoolContext("local", random.nextInt(max + 1), max, random.nextInt(4));
            if (limits.reserved() > floatingFree()) {
                assertThatThrownBy(() -> pool.createLocalPool(limits))
                        .isInstanceOf(TooFewSegmentsException.class);
            } else {
                final LocalModel model = new LocalModel(limits, pool.createLocalPool(limits));
                open.add(model);
                all.add(model);
            }
        }

        void take(final LocalModel from, final boolean overdraft) {
            final int limit = from.limits.max() + (overdraft ? from.limits.overdraft() : 0);
            final boolean own = from.held < from.limits.reserved();
            final boolean expected = own || (from.held < limit && floatingFree() > 0);
            final SegmentOwner owner = OWNERS.get(random.nextInt(OWNERS.size()));
            final Segment segment =
                    overdraft ? from.local.pollOverdraft(owner) : from.local.poll(owner);
            assertThat(segment != null).isEqualTo(expected); // INV K7: own share always
            from.toAnswer = Math.max(0, from.toAnswer - 1);
            if (segment != null) {
                from.held++;
                taken++;
                loans.add(new Loan(segment, from, random.nextLong()));
            }
        }

        void giveBack() {
            if (!loans.isEmpty()) {
                final Loan loan = loans.remove(random.nextInt(loans.size()));
                loan.requireUntouched();
                loan.from.held--;
                loan.segment.close();
                assertThatThrownBy(loan.segment::close).isInstanceOf(IllegalStateException.class);
            }
        }

        void handOver() {
            if (!loans.isEmpty()) {
                final Loan loan = loans.get(random.nextInt(loans.size()));
                loan.owner = OWNERS.get(random.nextInt(OWNERS.size()));
                loan.segment.owner(loan.owner);
            }
        }

        void await(final LocalModel waiter) {
            final boolean available = waiter.local.availableNow() > 0;
            final boolean registered =
                    waiter.local.awaitAvailable(
                            () -> {
                                waiter.listening--;
                                waiter.toAnswer++;
                                inVain += waiter.local.availableNow() > 0 ? 0 : 1;
                            });
            assertThat(registered).isEqualTo(!available);
            waiter.toAnswer = Math.max(0, waiter.toAnswer - 1);
            waiter.listening += registered ? 1 : 0;
        }

        void close(final LocalModel model) {
            model.closed = true;
            model.listening = 0;
            model.toAnswer = 0;
            model.local.close();
        }

        /** Whoever was woken polls, declines or asks again; that may wake others. */
        void answerAll() {
            boolean answered = true;
            while (answered) {
                answered = false;
                for (final LocalModel model : open) {
                    if (model.toAnswer > 0) {
                        answered = true;
                        switch (random.nextInt(3)) {
                            case 0 -> take(model, false);
                            case 1 -> await(model);
                            default -> {
                                model.toAnswer--;
                                model.local.decline();
                            }
                        }
                    }
                }
            }
        }

        void check() {
            assertThat(pool.floatingFree()).isEqualTo(floatingFree()); // INV K4
            assertThat(pool.floatingFree()).isNotNegative();
            assertThat(pool.free()).isEqualTo(pool.capacity() - loans.size());
            assertThat(pool.allocated()).isLessThanOrEqualTo(pool.capacity());
            assertThat(inVain).as("woken for nothing").isZero();
            assertThat(pool.takenTotal()).isEqualTo(taken);
            assertThat(pool.returnedTotal()).isEqualTo(taken - loans.size());
            for (final LocalModel model : open) {
                final int borrowable = Math.max(0, model.limits.max() - model.claim());
                final int own = Math.max(0, model.limits.reserved() - model.held);
                assertThat(model.local.held()).isEqualTo(model.held);
                assertThat(model.local.availableNow())
                        .isEqualTo(own + Math.min(borrowable, floatingFree()));
                if (model.listening
                        > 0) { // all wake-ups are answered: whoever still waits, rightly so
                    assertThat(model.local.availableNow()).as("a wake-up was lost").isZero();
                }
            }
        }

        void end() {
            final Map<SegmentOwner, Integer> held = new TreeMap<>();
            loans.forEach(loan -> held.merge(loan.owner, 1, Integer::sum));
            assertThat(pool.heldByOwner()).isEqualTo(held);
            assertThat(pool.leakReport().held()).isEqualTo(loans.size());
            open.forEach(this::close);
            while (!loans.isEmpty()) {
                giveBack();
            }
            assertThat(pool.floatingFree()).isEqualTo(pool.capacity());
            assertThat(pool.free()).isEqualTo(pool.capacity());
        }
    }

    @Test
    void tenThousandRandomStepsKeepTheAccounts() { // INV K4, K7
        final Run run = new Run(pools.pool(48), seed.random());
        for (int i = 0; i < 10_000; i++) {
            run.step();
        }
        run.end();
    }

    @Test
    void manySmallPoolsKeepTheAccounts() { // INV K4, K7
        new PropertyRunner(seed, 100, 100)
                .check(
                        (random, size) -> {
                            final Run run = new Run(pools.pool(1 + random.nextInt(8)), random);
                            for (int i = 0; i < size; i++) {
                                run.step();
                            }
                            run.end();
                        });
    }

    @Test
    void fourThreadsKeepTheAccounts() { // INV K4, K7
        threads(4, 10_000);
    }

    @Test
    @Tag("long")
    void fourThreadsKeepTheAccountsForLong() { // INV K4, K7
        for (int i = 0; i < 10; i++) {
            threads(4, 100_000);
        }
    }

    /**
     * Each thread has a local pool of its own, so that it knows when its share must be there; some
     * segments are handed to other threads, which close them.
     */
    private void threads(final int threads, final int steps) {
        final SegmentPool pool = pools.pool(32);
        final BlockingQueue<Loan> handedOver = new LinkedBlockingQueue<>();
        final AtomicLong taken = new AtomicLong();
        final List<Random> randoms = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            randoms.add(seed.fork());
        }
        RealThreads.run(
                threads,
                Duration.ofSeconds(120),
                thread -> {
                    final Random random = randoms.get(thread);
                    final LocalPoolContext limits = new LocalPoolContext("t", 3, 14, 2);
                    LocalSegmentPool local = create(pool, limits, handedOver);
                    final List<Loan> mine = new ArrayList<>();
                    for (int i = 0; i < steps; i++) {
                        final int dice = random.nextInt(100);
                        if (dice == 0) {
                            local.close();
                            mine.forEach(PoolModelTest::close);
                            mine.clear();
                            local = create(pool, limits, handedOver);
                        } else if (dice < 55) {
                            final boolean own = local.held() < 3;
                            final Segment segment = local.poll(OWNERS.get(thread % 3));
                            assertThat(segment != null || !own).as("own share").isTrue(); // INV K7
                            if (segment != null) {
                                taken.incrementAndGet();
                                mine.add(new Loan(segment, null, random.nextLong()));
                            }
                        } else if (dice < 65 && !mine.isEmpty()) {
                            handedOver.add(mine.remove(random.nextInt(mine.size())));
                        } else if (dice < 75) {
                            close(handedOver.poll());
                        } else if (!mine.isEmpty()) {
                            close(mine.remove(random.nextInt(mine.size())));
                        }
                    }
                    mine.forEach(PoolModelTest::close);
                    local.close();
                });
        handedOver.forEach(PoolModelTest::close);
        assertThat(pool.takenTotal()).isEqualTo(taken.get());
        assertThat(pool.returnedTotal()).isEqualTo(taken.get());
        assertThat(pool.floatingFree()).isEqualTo(32); // INV K4
        assertThat(pool.free()).isEqualTo(32);
        assertThat(pool.heldByOwner()).isEmpty();
    }

    /** Tries again while others have borrowed what it needs. */
    private static LocalSegmentPool create(
            final SegmentPool pool,
            final LocalPoolContext limits,
            final BlockingQueue<Loan> loans) {
        while (true) {
            try {
                return pool.createLocalPool(limits);
            } catch (final TooFewSegmentsException e) {
                close(loans.poll());
                Thread.yield();
            }
        }
    }

    private static void close(final Loan loan) {
        if (loan != null) {
            loan.requireUntouched();
            loan.segment.close();
        }
    }
}
