package io.geminid.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.geminid.config.ConfigKey;
import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.debug.SegmentLeakException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The harness itself. */
class HarnessTest {
    @RegisterExtension final Seed seed = new Seed();

    @Test
    void aFailureIsRepeatedByOneLine() {
        assertThat(Seed.command("memory-manager", "a.B#c", 7))
                .isEqualTo(
                        "./mvnw -pl memory-manager -am test -Dtest='a.B#c'"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Dgeminid.test.seed=7");
        assertThat(TestedModule.name()).isEqualTo("memory-manager");
    }

    @Test
    void aSeedDeterminesTheNumbers() {
        final long first = seed.random().nextLong();
        assertThat(first).isEqualTo(new Random(seed.value()).nextLong());
        assertThat(seed.random()).isSameAs(seed.random());
        assertThat(seed.fork().nextLong()).isNotEqualTo(seed.fork().nextLong());
    }

    @Test
    void aFailingCaseIsShrunkBySize() {
        final List<Integer> sizes = new ArrayList<>();
        final PropertyRunner runner = new PropertyRunner(seed, 100, 100);
        final AssertionError failure =
                catchThrowableOfType(
                        AssertionError.class,
                        () ->
                                runner.check(
                                        (random, size) -> {
                                            sizes.add(size);
                                            assertThat(size).isLessThan(37);
                                        }));
        assertThat(failure)
                .hasMessageContaining(
                        "case=36 of=100 size=37 (found at size=37) seed=" + seed.value());
        assertThat(sizes).startsWith(1, 2, 3).endsWith(37, 18, 36);
        final AssertionError larger =
                catchThrowableOfType(
                        AssertionError.class,
                        () ->
                                new PropertyRunner(seed, 1, 100)
                                        .check((random, size) -> assertThat(size).isLessThan(37)));
        assertThat(larger).hasMessageContaining("size=37 (found at size=100)");
    }

    @Test
    void casesOfASeedAreTheSameEachTime() {
        final List<Long> numbers = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            seed.beforeEach(null);
            final Seed fixed = seed;
            fixed.random().setSeed(5);
            new PropertyRunner(fixed, 10, 10)
                    .check((random, size) -> numbers.add(random.nextLong()));
        }
        assertThat(numbers.subList(0, 10))
                .isEqualTo(numbers.subList(10, 20))
                .doesNotHaveDuplicates();
    }

    @Test
    void aTestThatKeepsASegmentFails() {
        final PoolExtension pools = new PoolExtension();
        final SegmentPool pool = pools.pool(3);
        final Segment kept =
                pool.createLocalPool(LocalPoolContext.fixed("kept", 1))
                        .poll(SegmentOwner.named("test"));
        assertThatThrownBy(() -> pools.afterEach(null)).isInstanceOf(SegmentLeakException.class);
        kept.close();
        pool.close();
        pools.afterEach(null);
    }

    @Test
    void aThreadThatFailsEndsTheOthers() {
        assertThatThrownBy(
                        () ->
                                RealThreads.run(
                                        2,
                                        Duration.ofSeconds(20),
                                        thread -> {
                                            if (thread == 1) {
                                                throw new IOException("thrown on purpose");
                                            }
                                            new CountDownLatch(1).await();
                                        }))
                .isInstanceOf(AssertionError.class)
                .hasRootCauseMessage("thrown on purpose");
    }

    @Test
    void aThreadThatHangsIsNamed() {
        final AssertionError late =
                catchThrowableOfType(
                        AssertionError.class,
                        () ->
                                RealThreads.run(
                                        1,
                                        Duration.ofMillis(50),
                                        thread -> new CountDownLatch(1).await()));
        assertThat(late).hasMessageContaining("threads still run after PT0.05S");
        assertThat(late.getSuppressed()[0]).hasMessageStartingWith("test-thread-0 ");
    }

    @Test
    void aTableThatDiffersIsPrintedAsItShouldBe(@TempDir final Path directory) throws IOException {
        final ConfigKey<Integer> count =
                ConfigKey.integer("geminid.test.count", 2, 1, 64, "A count.");
        final ConfigKey<Boolean> flag = ConfigKey.flag("geminid.test.flag", true, "A flag.");
        final List<ConfigKey<?>> keys = List.of(count, flag);
        final Path readme = directory.resolve("README.md");
        Files.writeString(readme, "# Title\n\n" + ConfigTable.markdown(keys) + "\nText.\n");
        ConfigTable.require(readme, keys);
        assertThatThrownBy(() -> ConfigTable.require(readme, List.of(count)))
                .hasMessageContaining(
                        "| `geminid.test.count` | count | `2` | `1..64` | A count. |");
    }
}
