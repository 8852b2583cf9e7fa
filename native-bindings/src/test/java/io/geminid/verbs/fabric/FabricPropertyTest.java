package io.geminid.verbs.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.contract.End;
import io.geminid.verbs.contract.Pair;
import io.geminid.verbs.work.Completions;
import io.geminid.verbs.work.SendList;
import io.geminid.verbs.work.WorkStatus;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random traffic with random faults against a model that only counts. */
class FabricPropertyTest {

    private static final int RUNS = 300;
    private static final int OPERATIONS = 200;
    private static final int SLOT_BYTES = 256;
    private static final int SLOTS = 64;

    // INV: every receive completes once and in order; a signaled or failed send completes once;
    // what
    // is delivered is what was posted, each message once, in order, without a gap.
    @Test
    void everyPostedBufferComesBackOnce() throws Exception {
        long first = Long.getLong("test.seed", System.nanoTime());
        for (long seed = first; seed < first + RUNS; seed++) {
            try {
                new Run(seed).play();
            } catch (AssertionError e) {
                throw new AssertionError("-Dtest.seed=" + seed, e);
            }
        }
    }

    private static final class Run {
        private final Random random;
        private final FabricRig rig;
        private final Completions completions = new Completions(8);
        private final Deque<Long> receivesPosted = new ArrayDeque<>();
        private final Deque<Long> sendsPosted = new ArrayDeque<>(); // negative: unsignaled
        private long receives = 1;
        private long sends = 1;
        private long delivered = 1;
        private boolean failed;

        Run(long seed) {
            random = new Random(seed);
            FaultPlan plan = new FaultPlan(random.nextInt(10), random.nextInt(10), 0, 0);
            rig =
                    new FabricRig(
                            seed,
                            random.nextBoolean()
                                    ? plan
                                    : plan.losing(random.nextInt(100_000))
                                            .failing(random.nextInt(20_000)));
        }

        void play() throws Exception {
            try (Pair pair = Pair.connect(rig)) {
                for (int i = 0; i < OPERATIONS && !failed; i++) {
                    act(pair, random.nextInt(4));
                    rig.progress();
                }
                pair.client.queuePair.toError();
                pair.server.queuePair.toError();
                rig.idle(2_000_000);
                collect(pair);
                assertThat(receivesPosted).as("receives that never came back").isEmpty();
                // An unsignaled send may have succeeded silently after the last word.
                assertThat(sendsPosted.stream().filter(id -> id > 0))
                        .as("sends that never came back")
                        .isEmpty();
            }
            assertThat(rig.fabric.queuePairCount()).isZero();
        }

        private void act(Pair pair, int what) throws Exception {
            if (what == 0 && receivesPosted.size() < SLOTS) {
                int slot = (int) (receives % SLOTS);
                pair.server.receive(receives, slot * SLOT_BYTES, SLOT_BYTES);
                receivesPosted.add(receives++);
            } else if (what == 1 && sends < receives && sendsPosted.size() < SLOTS - 1) {
                boolean signaled = random.nextInt(4) == 0;
                int slot = (int) (sends % SLOTS);
                pair.client.memory.putLong(slot * SLOT_BYTES, sends);
                pair.client.send(
                        sends, signaled ? SendList.SIGNALED : 0, slot * SLOT_BYTES, SLOT_BYTES);
                sendsPosted.add(signaled ? sends : -sends);
                sends++;
            } else {
                collect(pair);
            }
        }

        private void collect(Pair pair) throws Exception {
            while (poll(pair.server.received) > 0) {
                for (int i = 0; i < completions.size(); i++) {
                    received(pair.server, i);
                }
            }
            while (poll(pair.client.sent) > 0) {
                for (int i = 0; i < completions.size(); i++) {
                    sent(completions.id(i), completions.status(i));
                }
            }
        }

        private int poll(CompletionQueue queue) throws Exception {
            return queue.poll(completions);
        }

        private void received(End server, int index) {
            long id = completions.id(index);
            assertThat(receivesPosted.poll()).isEqualTo(id);
            if (completions.isSuccess(index)) {
                assertThat(failed && completions.status(index) == WorkStatus.FLUSHED).isFalse();
                assertThat(server.memory.getLong((int) (id % SLOTS) * SLOT_BYTES))
                        .isEqualTo(delivered);
                delivered++;
            } else {
                failed = true;
            }
        }

        private void sent(long id, WorkStatus status) {
            while (sendsPosted.peek() != null
                    && sendsPosted.peek() == -Math.abs(sendsPosted.peek())
                    && -sendsPosted.peek() < id) {
                sendsPosted.poll();
            }
            Long expected = sendsPosted.poll();
            assertThat(expected).isNotNull();
            assertThat(Math.abs(expected)).isEqualTo(id);
            if (status == WorkStatus.SUCCESS) {
                assertThat(expected).as("an unsignaled success is silent").isPositive();
            } else {
                failed = true;
            }
        }
    }
}
