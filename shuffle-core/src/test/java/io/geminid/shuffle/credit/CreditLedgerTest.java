package io.geminid.shuffle.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CreditLedgerTest {

    private static final SegmentOwner OWNER = SegmentOwner.named("credit-test");

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private LocalSegmentPool pool(final int segments) {
        return pools.pool(segments).createLocalPool(LocalPoolContext.fixed("gate", segments));
    }

    private static List<Segment> take(final LocalSegmentPool pool, final int count) {
        final List<Segment> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(pool.poll(OWNER));
        }
        return taken;
    }

    /** A channel with a model that only counts. */
    private static final class Channel {

        private final int exclusive;
        private final LocalSegmentPool pool;
        private final CreditLedger ledger;
        private final Deque<Segment> filling = new ArrayDeque<>();
        private final Deque<Segment> consumed = new ArrayDeque<>();
        private int backlog;
        private boolean blocked;
        private long received;

        /** What the producer may send, as it knows. */
        private long granted;

        Channel(final LocalSegmentPool pool, final int exclusive) {
            this.exclusive = exclusive;
            this.pool = pool;
            this.ledger = new CreditLedger(take(pool, exclusive));
            this.granted = ledger.granted();
        }

        void step(final Random random) {
            switch (random.nextInt(6)) {
                case 0 -> arrive();
                case 1 -> received(random);
                case 2 -> recycle();
                case 3 -> addFloating();
                case 4 -> announce(random);
                default -> blockOrResume(random);
            }
            if (!blocked) {
                assertThat(ledger.granted()).isGreaterThanOrEqualTo(granted);
                granted = ledger.granted();
            }
        }

        private void arrive() {
            if (!blocked && received + filling.size() < granted) {
                // INV K1: there is a segment for whatever was granted.
                filling.add(ledger.take());
            } else {
                assertThat(blocked || ledger.free() == 0).isTrue();
            }
        }

        private void received(final Random random) {
            if (!filling.isEmpty()) {
                consumed.add(filling.remove());
                backlog = random.nextInt(4);
                ledger.received(backlog);
                received++;
            }
        }

        private void recycle() {
            if (!consumed.isEmpty()) {
                final Segment segment = consumed.remove();
                final boolean floatingBefore = ledger.floating() > 0;
                // INV K4: what is done with is floating as long as there is any.
                assertThat(ledger.recycle(segment)).isEqualTo(!floatingBefore);
                if (floatingBefore) {
                    segment.close();
                }
            }
        }

        private void addFloating() {
            // INV K3: asks for backlog and exclusive, and not for more.
            final int wanted = blocked ? 0 : Math.max(0, backlog + exclusive - ledger.free());
            assertThat(ledger.wanted()).isEqualTo(wanted);
            final Segment segment = wanted == 0 ? null : pool.poll(OWNER);
            if (segment != null) {
                ledger.addFloating(segment);
                assertThat(ledger.free()).isLessThanOrEqualTo(backlog + exclusive);
            }
        }

        private void announce(final Random random) {
            backlog = random.nextInt(6);
            ledger.backlog(backlog);
        }

        private void blockOrResume(final Random random) {
            if (blocked) {
                ledger.resume();
                blocked = false;
                // INV K5: only what is there counts from here.
                granted = received + ledger.free();
                assertThat(ledger.granted()).isEqualTo(granted);
            } else if (filling.isEmpty() && random.nextInt(5) == 0) {
                final List<Segment> back = new ArrayList<>();
                ledger.block(back);
                back.forEach(Segment::close);
                blocked = true;
                assertThat(ledger.take()).isNull();
            }
        }

        int segments() {
            return exclusive + ledger.floating();
        }

        void check() {
            // INV K2
            if (!blocked) {
                assertThat(ledger.granted() - ledger.received())
                        .isEqualTo(ledger.free() + filling.size());
            }
            assertThat(segments()).isEqualTo(ledger.free() + filling.size() + consumed.size());
            ledger.check();
        }

        void close() {
            final List<Segment> free = new ArrayList<>(filling);
            ledger.close(free);
            free.addAll(consumed);
            free.forEach(Segment::close);
        }
    }

    // INV K1, K2, K3, K4, K5
    @Test
    void creditsAndSegmentsAgreeAtEveryMoment() {
        new PropertyRunner(seed, 150, 300)
                .check(
                        (random, size) -> {
                            final int exclusive = random.nextInt(3);
                            final LocalSegmentPool pool = pool(2 * exclusive + 3);
                            final List<Channel> channels =
                                    List.of(
                                            new Channel(pool, exclusive),
                                            new Channel(pool, exclusive));
                            for (int i = 0; i < size; i++) {
                                channels.get(random.nextInt(2)).step(random);
                                channels.forEach(Channel::check);
                                // INV K4: exclusive, floating and free make up the pool.
                                assertThat(pool.held())
                                        .isEqualTo(
                                                channels.get(0).segments()
                                                        + channels.get(1).segments());
                            }
                            channels.forEach(Channel::close);
                            assertThat(pool.held()).isZero();
                        });
    }

    @Test
    void aBacklogThatLiesIsHarmless() {
        final CreditLedger ledger = new CreditLedger(List.of());

        ledger.backlog(Integer.MAX_VALUE);
        assertThat(ledger.wanted()).isEqualTo(Integer.MAX_VALUE);
        ledger.backlog(Integer.MIN_VALUE);
        assertThat(ledger.wanted()).isZero();
    }

    @Test
    void aChannelOpenedAnewGrantsWhatItHas() {
        final LocalSegmentPool pool = pool(2);
        final CreditLedger ledger = new CreditLedger(take(pool, 2));

        assertThat(ledger.reopen()).isEqualTo(2);
        assertThat(ledger.granted()).isEqualTo(2);

        final List<Segment> free = new ArrayList<>();
        ledger.close(free);
        free.forEach(Segment::close);
    }
}
