package io.geminid.shuffle.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.testing.RealThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ReadyStackTest {

    private static final class Item extends ReadyStack.Node<Item> {
        private final int number;
        private final AtomicInteger done = new AtomicInteger();
        private int seen;

        Item(final int number) {
            this.number = number;
        }
    }

    private final ReadyStack<Item> stack = new ReadyStack<>();

    @Test
    void theOldestComesFirstAndEachOnce() {
        final List<Item> items = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            items.add(new Item(i));
            assertThat(stack.push(items.get(i))).isTrue();
            assertThat(stack.push(items.get(0))).isFalse();
        }
        final List<Integer> drained = new ArrayList<>();
        stack.drain(item -> drained.add(item.number));
        assertThat(drained).containsExactly(0, 1, 2, 3, 4);
        stack.drain(item -> drained.add(-1));
        assertThat(drained).hasSize(5);
    }

    @Test
    void anItemMayBePushedAgainWhileItIsConsumed() {
        final Item item = new Item(1);
        stack.push(item);
        stack.drain(drained -> assertThat(stack.push(drained)).isTrue());
        stack.drain(drained -> drained.seen++);
        assertThat(item.seen).isEqualTo(1);
    }

    @Test
    void nothingDoneBeforeAPushIsMissed() {
        final int pushers = 3;
        final int each = 100_000;
        final List<Item> items = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            items.add(new Item(i));
        }
        RealThreads.run(
                pushers + 1,
                Duration.ofMinutes(2),
                thread -> {
                    if (thread == pushers) {
                        long sum = 0;
                        while (sum < (long) pushers * each) {
                            stack.drain(item -> item.seen = item.done.get());
                            sum = items.stream().mapToLong(item -> item.seen).sum();
                            if (Thread.interrupted()) {
                                throw new InterruptedException("seen=" + sum);
                            }
                        }
                        return;
                    }
                    for (int i = 0; i < each; i++) {
                        final Item item = items.get(i & 3);
                        item.done.incrementAndGet();
                        stack.push(item);
                    }
                });
    }
}
