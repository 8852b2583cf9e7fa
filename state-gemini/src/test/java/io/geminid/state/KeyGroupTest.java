package io.geminid.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.testing.Seed;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Arithmetic of key groups: who owns what, the same in every process. */
class KeyGroupTest {

    @RegisterExtension final Seed seed = new Seed();

    @Test
    void everyGroupHasTheOwnerWhoseRangeHoldsIt() {
        for (int maxParallelism = 1; maxParallelism <= 130; maxParallelism++) {
            for (int parallelism = 1; parallelism <= Math.min(40, maxParallelism); parallelism++) {
                int next = 0;
                for (int subtask = 0; subtask < parallelism; subtask++) {
                    final KeyGroupRange range =
                            KeyGroupRange.of(maxParallelism, parallelism, subtask);
                    assertThat(range.first()).isEqualTo(next);
                    assertThat(range.size())
                            .isBetween(
                                    maxParallelism / parallelism,
                                    (maxParallelism + parallelism - 1) / parallelism);
                    for (int group = range.first(); group <= range.last(); group++) {
                        assertThat(KeyGroup.ownerOf(group, maxParallelism, parallelism))
                                .isEqualTo(subtask);
                    }
                    next = range.last() + 1;
                }
                assertThat(next).isEqualTo(maxParallelism);
            }
        }
    }

    @Test
    void largestNumbersDoNotOverflow() {
        final int max = KeyGroup.MAX_PARALLELISM_MAX;
        assertThat(KeyGroupRange.of(max, max, max - 1))
                .isEqualTo(new KeyGroupRange(max - 1, max - 1));
        assertThat(KeyGroup.ownerOf(max - 1, max, max)).isEqualTo(max - 1);
    }

    @Test
    void groupsOfKeysAreFixedForEver() {
        // Golden: state on disk lies by these numbers.
        assertThat(KeyGroup.of(0L, 128)).isEqualTo(0);
        assertThat(KeyGroup.of(1L, 128)).isEqualTo(91);
        assertThat(KeyGroup.of(-1L, 128)).isEqualTo(0);
        assertThat(KeyGroup.of("client-17", 128)).isEqualTo(91);
        assertThat(KeyGroup.of(List.of("a", 5), 4096)).isEqualTo(2350);
    }

    @Test
    void keysSpreadEvenly() {
        final Random random = seed.random();
        final int[] count = new int[128];
        final long first = random.nextLong();
        final int keys = 128 * 1000;
        for (int i = 0; i < keys; i++) {
            count[KeyGroup.of(first + i, 128)]++;
        }
        // Expected 1000 each, standard deviation about 31.5; seven of them.
        for (final int n : count) {
            assertThat(n).isBetween(780, 1220);
        }
    }

    @Test
    void refusesKeysWhoseHashIsOfTheProcess() {
        assertThatThrownBy(() -> KeyGroup.of(new byte[1], 128)).hasMessageContaining("keyClass=");
        assertThatThrownBy(() -> KeyGroup.of(TimeDomain.EVENT_TIME, 128))
                .hasMessageContaining("keyClass=");
    }

    @Test
    void defaultsAndLimits() {
        assertThat(KeyGroup.defaultMaxParallelism(1)).isEqualTo(128);
        assertThat(KeyGroup.defaultMaxParallelism(85)).isEqualTo(128);
        assertThat(KeyGroup.defaultMaxParallelism(86)).isEqualTo(256);
        assertThat(KeyGroup.defaultMaxParallelism(32768)).isEqualTo(32768);
        assertThatThrownBy(() -> KeyGroup.check(0, 1)).hasMessageContaining("parallelism=0");
        assertThatThrownBy(() -> KeyGroup.check(3, 2)).hasMessageContaining("maxParallelism=2");
        assertThatThrownBy(() -> KeyGroup.check(1, 32769)).hasMessageContaining("32769");
    }
}
