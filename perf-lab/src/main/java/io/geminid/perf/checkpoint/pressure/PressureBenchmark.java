package io.geminid.perf.checkpoint.pressure;

import io.geminid.perf.report.Results;
import io.geminid.state.base.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Measures checkpoints of jobs that wait for their sink. One thread. */
public final class PressureBenchmark {

    /** The name of the figure. */
    public static final String MILLIS = "checkpointMillis";

    /** Us. */
    public static final String GEMINID = "geminid";

    /** The peer. */
    public static final String FLINK = "flink";

    static final String BUFFERS = "buffersPerChannel";

    /** For the channels: a sink takes some thousand records in this time. */
    static final int FILL_SECONDS = 5;

    /** Not measured: classes are loaded, files made for the first time. */
    private static final int FIRST_ROUNDS = 5;

    private final PressurePlan plan;
    private final Results results;
    private final Consumer<String> progress;

    /**
     * @param plan what is measured
     * @param results takes the figures
     * @param progress told what is being done
     */
    public PressureBenchmark(
            final PressurePlan plan, final Results results, final Consumer<String> progress) {
        this.plan = plan;
        this.results = results;
        this.progress = progress;
    }

    /**
     * Measures.
     *
     * @return the subjects, ours first
     * @throws IOException if a subject cannot be reached
     * @throws InterruptedException if this thread is interrupted
     */
    public List<String> run() throws IOException, InterruptedException {
        final List<String> subjects = new ArrayList<>(List.of(GEMINID));
        subjects.addAll(plan.peers());
        for (int turn = 1; turn <= plan.turns(); turn++) {
            for (final int buffers : plan.buffers()) {
                for (final boolean aligned : new boolean[] {false, true}) {
                    // With many buffers an aligned one takes minutes, and says nothing more.
                    if (aligned && buffers != plan.buffers().get(0)) {
                        continue;
                    }
                    for (final String subject : subjects) {
                        measure(subject, new PressurePlan.Setting(aligned, buffers));
                    }
                }
            }
        }
        return subjects;
    }

    private void measure(final String name, final PressurePlan.Setting setting)
            throws IOException, InterruptedException {
        final Path directory =
                Files.createTempDirectory(plan.directory(), "geminid-perf-" + name)
                        .toAbsolutePath();
        progress.accept(name + " " + setting);
        // Aligned ones wait for all data that waits: few are enough, and all there is time for.
        final int first = setting.aligned() ? 0 : FIRST_ROUNDS;
        final int rounds = setting.aligned() ? Math.min(plan.rounds(), 2) : plan.rounds();
        try (PressureSubject subject = start(name, setting, directory)) {
            for (int round = -first; round < rounds; round++) {
                final double millis = subject.checkpointMillis();
                if (round >= 0) {
                    results.add(name, setting.caseName(), setting.params(), Map.of(MILLIS, millis));
                }
            }
        } finally {
            Directories.delete(directory);
        }
    }

    private PressureSubject start(
            final String name, final PressurePlan.Setting setting, final Path directory)
            throws IOException, InterruptedException {
        return name.equals(FLINK)
                ? FlinkPressure.start(setting, plan.recordBytes())
                : GeminidPressure.start(setting, plan.recordBytes(), directory.resolve(name));
    }
}
