package io.geminid.state.checkpoint.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.state.checkpoint.blob.Disk;
import io.geminid.state.checkpoint.blob.HostDisk;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What goes wrong at one step of a job on a {@link StepDisk}: its process is killed there, or the
 * disk is full from there on.
 */
public final class CrashSteps {

    /** What a disk says that is full. */
    public static final String FULL = "No space left on device";

    /** Begins the line in which a child says that a checkpoint is complete. */
    public static final String NOTIFIED = "notified ";

    private static final String STEP = "step ";

    private CrashSteps() {}

    /** One for each name first, in random order; then others; so many at most. */
    public static List<Integer> choose(
            final List<String> steps, final int count, final Random random) {
        final List<Integer> order = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        final Map<String, Integer> byName = new LinkedHashMap<>();
        order.forEach(step -> byName.putIfAbsent(steps.get(step), step));
        final List<Integer> chosen = new ArrayList<>(byName.values());
        order.stream().filter(step -> !byName.containsValue(step)).forEach(chosen::add);
        return chosen.subList(0, Math.min(count, chosen.size()));
    }

    /** The child's disk: stops for ever at a step, for somebody to kill the process. */
    public static Disk stoppingAt(final int stopAt) {
        final AtomicInteger count = new AtomicInteger();
        return new StepDisk(
                new HostDisk(),
                step -> {
                    if (count.getAndIncrement() == stopAt) {
                        System.out.println(STEP + step);
                        // Nobody writes to it: ends with the process, or with its parent.
                        System.in.read();
                        System.exit(1);
                    }
                });
    }

    /** The child says that a checkpoint is complete. */
    public static void notified(final long checkpoint) {
        System.out.println(NOTIFIED + checkpoint);
    }

    /**
     * Runs a child's main method with a directory and a step, and kills it there.
     *
     * @return the last checkpoint that the process said was complete
     */
    public static long runAndKill(
            final Class<?> child, final Path root, final int step, final String name)
            throws Exception {
        final Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xshare:auto",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                child.getName(),
                                root.toString(),
                                Integer.toString(step))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        long notified = 0;
        String reached = null;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while (reached == null && (line = lines.readLine()) != null) {
                if (line.startsWith(NOTIFIED)) {
                    notified = Long.parseLong(line.substring(NOTIFIED.length()));
                } else if (line.startsWith(STEP)) {
                    reached = line.substring(STEP.length());
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(reached).as("the step at which the process stopped").isEqualTo(name);
        return notified;
    }

    /** A disk that has room for so many steps that need some. */
    public static Disk fullAfter(final int steps) {
        final AtomicInteger left = new AtomicInteger(steps);
        return new StepDisk(
                new HostDisk(),
                step -> {
                    final boolean needsSpace =
                            step.startsWith("write") || step.startsWith("create");
                    if (needsSpace && left.getAndDecrement() <= 0) {
                        throw new IOException(FULL);
                    }
                });
    }
}
