package io.geminid.runtime.cluster.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.schedule.RandomGraphs;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.sortmerge.ServiceDirectory;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may have a job, and what is left of it when (INV B2, B5, B9). */
class KeptResultsTest {

    private static final ResultPartitionId LATE =
            new ResultPartitionId(ResultsFixture.JOB_ID, 0, 0, 7);

    @TempDir Path root;

    private ResultsFixture fixture;

    @BeforeEach
    void makeGraph() {
        fixture = new ResultsFixture(root, RandomGraphs.withoutCircles(new Random(1)));
    }

    private Path note() {
        return PartitionFiles.jobDirectory(ServiceDirectory.jobs(root), ResultsFixture.JOB_ID)
                .resolve("note");
    }

    @Test
    void aCoordinatorThatLivesKeepsTheJob() {
        final ResultsFixture.Coordinator first = fixture.new Coordinator();
        final ResultsFixture.Coordinator second = fixture.new Coordinator();

        assertThat(second.failure)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another coordinator runs the job")
                .hasMessageContaining(root.toString());
        second.die();
        assertThat(fixture.new Coordinator().failure).isNotNull();

        first.die();
        final ResultsFixture.Coordinator third = fixture.new Coordinator();
        assertThat(third.failure).isNull();
        third.die();
    }

    @Test
    void nothingIsLeftOfAJobThatHasEndedWellButTheNumberOfItsAttempts() throws IOException {
        final ResultsFixture.Coordinator first = fixture.new Coordinator();
        first.note(Map.of(0, 0));
        fixture.publish(LATE, 1);
        final List<String> told = new ArrayList<>();
        first.results.end(true, 2, () -> told.add("ended"));
        first.results.note(() -> told.add("noted too late"));

        assertThat(told).containsExactly("ended", "noted too late");
        assertThat(fixture.names()).isEmpty();
        final ResultsFixture.Coordinator second = fixture.new Coordinator();
        assertThat(second.found).isEqualTo(new KeptResults.Found(3, Map.of(), List.of()));
        second.die();
    }

    /** Nobody is told that a region has finished before the next coordinator would know. */
    @Test
    void whoeverGoesOnWaitsForTheDisk() {
        final ResultsFixture.Coordinator first = fixture.new Coordinator();
        fixture.slowDisk();
        final List<String> told = new ArrayList<>();
        first.note(Map.of(0, 0), () -> told.add("0"));
        first.note(Map.of(1, 0), () -> told.add("1"));
        first.note(Map.of(2, 0), () -> told.add("2"));
        assertThat(told).isEmpty();
        assertThat(fixture.stepDisk()).isTrue();
        assertThat(told).containsExactly("0");
        assertThat(fixture.stepDisk()).isTrue();
        assertThat(told).containsExactly("0", "1", "2"); // in one note
        assertThat(fixture.stepDisk()).isFalse();
        first.results.end(false, 0, () -> told.add("ended"));
        assertThat(fixture.stepDisk()).isTrue();
        assertThat(told).endsWith("ended");
    }

    /** What was noted when a job ended stays the last word. */
    @Test
    void nothingIsNotedBehindTheEnd() {
        final ResultsFixture.Coordinator first = fixture.new Coordinator();
        fixture.slowDisk();
        final List<String> told = new ArrayList<>();
        first.note(Map.of(0, 0), () -> told.add("0"));
        first.note(Map.of(1, 0), () -> told.add("1"));
        first.results.end(true, 0, () -> told.add("ended"));
        while (fixture.stepDisk()) {
            // Until all is done.
        }
        assertThat(told).containsExactly("0", "1", "ended");
        final ResultsFixture.Coordinator second = fixture.new Coordinator();
        while (fixture.stepDisk()) {
            // Until it has found what there is.
        }
        assertThat(second.found).isEqualTo(new KeptResults.Found(1, Map.of(), List.of()));
    }

    /** A coordinator that is told to end while it looks for what there is lets the job go. */
    @Test
    void aJobThatEndsBeforeItHasBegunIsFree() {
        fixture.slowDisk();
        final ResultsFixture.Coordinator first = fixture.new Coordinator();
        first.die();
        while (fixture.stepDisk()) {
            // Until all is done.
        }
        final ResultsFixture.Coordinator second = fixture.new Coordinator();
        fixture.stepDisk();
        assertThat(second.failure).isNull();
        assertThat(second.found).isNotNull();
    }

    /** Somebody may have written that nobody knows of: a note that was lost, or somebody late. */
    @Test
    void attemptsAreAboveThoseOfAllFiles() throws IOException {
        fixture.begin(LATE);
        final ResultsFixture.Coordinator first = fixture.new Coordinator();

        assertThat(first.found.firstAttempt()).isEqualTo(LATE.attempt() + 1);
        assertThat(fixture.names()).isEmpty();
        first.die();
    }

    @Test
    void aNoteThatIsDamagedIsNone() throws IOException {
        fixture.new Coordinator().die();
        final int bytes = (int) Files.size(note());
        for (int at = 0; at < bytes; at++) {
            final ResultsFixture.Coordinator before = fixture.new Coordinator();
            before.note(Map.of(0, 0));
            before.die();
            ResultsFixture.flip(note(), at);
            final ResultsFixture.Coordinator after = fixture.new Coordinator();
            assertThat(after.failure).isNull();
            assertThat(after.found).isEqualTo(new KeptResults.Found(0, Map.of(), List.of()));
            after.die();
        }
        Files.write(note(), new byte[3]);
        final ResultsFixture.Coordinator last = fixture.new Coordinator();
        assertThat(last.found).isEqualTo(new KeptResults.Found(0, Map.of(), List.of()));
        last.die();
    }

    @Test
    void aNameWhoseAttemptsAreUsedUpIsRefused() throws IOException {
        fixture.publish(
                new ResultPartitionId(ResultsFixture.JOB_ID, 0, 0, Integer.MAX_VALUE - 2), 1);

        assertThat(fixture.new Coordinator().failure)
                .hasMessageContaining("job=test has used up its attempts");
        assertThat(fixture.names()).isNotEmpty();
    }
}
