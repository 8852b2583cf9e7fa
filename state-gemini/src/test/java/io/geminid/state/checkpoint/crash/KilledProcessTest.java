package io.geminid.state.checkpoint.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.HostDisk;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed with -9 at named steps of writing, completing, compacting and deleting
 * checkpoints. Quick: some steps by seed; {@code -Dgeminid.test.crash-steps=1000000}: all of them.
 */
@Timeout(3_600)
final class KilledProcessTest {
    private static final int STEPS = Integer.getInteger("geminid.test.crash-steps", 8);

    @RegisterExtension final Seed seed = new Seed();
    @TempDir private Path directory;

    @Test
    void aKilledProcessLosesNoCompletedCheckpointAndLeavesNoGarbage() throws Exception {
        final List<String> steps = stepsOfAWholeRun();
        final List<Integer> chosen = CrashSteps.choose(steps, STEPS, seed.random());
        for (final int step : chosen) {
            final Path root = Files.createDirectory(directory.resolve("step-" + step));
            final long notified =
                    CrashSteps.runAndKill(CrashChild.class, root, step, steps.get(step));
            try {
                new CrashJob(new DirectoryBlobStore(new HostDisk(), root), 2).check(2, notified);
            } catch (final IOException | AssertionError e) {
                throw new AssertionError(
                        "killed at step=" + step + " " + steps.get(step) + ": " + e, e);
            }
        }
        System.out.println("killed at " + chosen.size() + " of " + steps.size() + " steps");
    }

    /** In this process: which steps there are. */
    private List<String> stepsOfAWholeRun() throws IOException {
        final List<String> steps = new ArrayList<>();
        final Path root = Files.createDirectory(directory.resolve("whole"));
        new CrashJob(new DirectoryBlobStore(new StepDisk(new HostDisk(), steps::add), root), 1)
                .run(1, CrashChild.CHECKPOINTS, n -> {});
        assertThat(steps).contains("link manifest", "delete manifest", "delete shared");
        return steps;
    }
}
