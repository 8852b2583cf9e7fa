package io.geminid.runtime.graph.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.state.KeyGroup;
import io.geminid.state.KeyGroupRange;
import io.geminid.testing.Seed;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which channel a record takes. */
class ChannelSelectorTest {

    @RegisterExtension final Seed seed = new Seed();

    // A record of a key comes to the subtask that owns the key's group, for every parallelism.
    @Test
    void keysComeToTheOwnerOfTheirGroup() {
        final Random random = seed.random();
        for (int maxParallelism = 1; maxParallelism <= 64; maxParallelism++) {
            for (int parallelism = 1; parallelism <= Math.min(32, maxParallelism); parallelism++) {
                final ChannelSelector<Long> selector =
                        Partitioner.<Long>byKey(n -> n).selector(parallelism, maxParallelism, 0);
                for (int i = 0; i < 20; i++) {
                    final long key = random.nextLong();
                    final int subtask = selector.select(key);
                    final int keyGroup = KeyGroup.of(key, maxParallelism);
                    assertThat(KeyGroupRange.of(maxParallelism, parallelism, subtask))
                            .matches(range -> range.contains(keyGroup));
                }
            }
        }
        assertThatThrownBy(() -> Partitioner.<Long>byKey(n -> n).selector(5, 4, 0))
                .hasMessageContaining("maxParallelism=4");
    }

    @Test
    void rebalanceTakesTurnsFromItsOwnStart() {
        final ChannelSelector<String> selector =
                Partitioner.<String>of(Exchange.REBALANCE).selector(3, 128, 5);
        assertThat(
                        new int[] {
                            selector.select("a"),
                            selector.select("a"),
                            selector.select("a"),
                            selector.select("a")
                        })
                .containsExactly(2, 0, 1, 2);
        assertThat(Partitioner.<String>of(Exchange.RESCALE).selector(1, 128, 5).select("a"))
                .isZero();
        assertThat(Partitioner.<String>of(Exchange.FORWARD).selector(1, 128, 5).select("a"))
                .isZero();
        assertThat(Partitioner.<String>of(Exchange.BROADCAST).selector(4, 128, 0).select("a"))
                .isEqualTo(ChannelSelector.ALL_CHANNELS);
    }

    @Test
    void onlyKeyGroupsNeedAKey() {
        assertThatThrownBy(() -> Partitioner.of(Exchange.KEY_GROUP))
                .hasMessageContaining("keySelector=false");
        assertThatThrownBy(() -> new Partitioner<String>(Exchange.REBALANCE, n -> n))
                .hasMessageContaining("keySelector=true");
    }
}
