package io.geminid.runtime.simulation.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.simulation.scenario.ScenarioRun.Outcome;
import io.geminid.testing.Seed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Some new seeds each time, and all that ever failed (INV C1, T1 to T4, R4). */
class ScenarioTest {

    private static final int NEW_SEEDS = 150;

    @RegisterExtension final Seed seed = new Seed();

    @TempDir Path directory;

    @Test
    void newSeedsPass() throws InterruptedException {
        final Campaign campaign =
                new Campaign(seed.random().nextLong() >>> 8, NEW_SEEDS, 1, directory).run(2);
        campaign.failures().forEach(ScenarioTest::pass);
        assertThat(campaign.missing()).isEmpty();
    }

    @Test
    void seedsThatFailedOncePass() throws IOException {
        for (final long failed : failedSeeds()) {
            pass(Campaign.runOne(failed, directory));
        }
    }

    @Test
    void aSeedGivesTheSameRunTwice() {
        final long one = seed.random().nextLong();
        assertThat(Campaign.runOne(one, directory).trace())
                .isEqualTo(Campaign.runOne(one, directory).trace());
    }

    private static void pass(final Outcome outcome) {
        if (outcome.failure() != null) {
            throw new AssertionError(
                    "repeat with: runtime-lite/simulate --seed " + outcome.scenario().seed(),
                    outcome.failure());
        }
    }

    private static List<Long> failedSeeds() throws IOException {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                ScenarioTest.class.getResourceAsStream("failed-seeds.txt"),
                                StandardCharsets.UTF_8))) {
            return in.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> Long.valueOf(line.split(" ")[0]))
                    .toList();
        }
    }
}
