package io.geminid.state.checkpoint.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.HostDisk;
import io.geminid.testing.Seed;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        final List<Integer> chosen = choose(steps);
        for (final int step : chosen) {
            final Path root = Files.createDirectory(directory.resolve("step-" + step));
            final long notified = runAndKill(root, step, steps.get(step));
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

    /** One for each name first, in random order; then others. */
    private List<Integer> choose(final List<String> steps) {
        final List<Integer> order = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, seed.random());
        final Map<String, Integer> byName = new LinkedHashMap<>();
        order.forEach(step -> byName.putIfAbsent(steps.get(step), step));
        final List<Integer> chosen = new ArrayList<>(byName.values());
        order.stream().filter(step -> !byName.containsValue(step)).forEach(chosen::add);
        return chosen.subList(0, Math.min(STEPS, chosen.size()));
    }

    /** Returns the last checkpoint that the process said was complete. */
    private static long runAndKill(final Path root, final int step, final String name)
            throws Exception {
        final Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xshare:auto",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrashChild.class.getName(),
                                root.toString(),
                                Integer.toString(step))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        long notified = 0;
        String reached = null;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while (reached == null && (line = lines.readLine()) != null) {
                if (line.startsWith(CrashChild.NOTIFIED)) {
                    notified = Long.parseLong(line.substring(CrashChild.NOTIFIED.length()));
                } else if (line.startsWith(CrashChild.STEP)) {
                    reached = line.substring(CrashChild.STEP.length());
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(reached).as("the step at which the process stopped").isEqualTo(name);
        return notified;
    }
}
