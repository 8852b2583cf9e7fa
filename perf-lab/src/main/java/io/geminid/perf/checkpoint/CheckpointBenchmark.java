package io.geminid.perf.checkpoint;

import io.geminid.perf.CommandFailure;
import io.geminid.perf.child.ChildJvm;
import io.geminid.perf.report.Results;
import io.geminid.perf.state.StateSubjects;
import io.geminid.perf.state.workload.CheckpointBenchmarkMain;
import io.geminid.perf.state.workload.CheckpointRestore;
import io.geminid.perf.state.workload.CheckpointRound;
import io.geminid.state.base.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Measures what a plan says. One thread, which waits for the children. */
final class CheckpointBenchmark {

    private final Plan plan;
    private final Results results;
    private final Consumer<String> progress;

    CheckpointBenchmark(final Plan plan, final Results results, final Consumer<String> progress) {
        this.plan = plan;
        this.results = results;
        this.progress = progress;
    }

    /**
     * What to measure.
     *
     * @param subjects names of stores; the first is compared with the others
     * @param keys number of keys
     * @param valueBytes size of a value
     * @param dirtyPercents how much is changed before a snapshot, one case for each
     * @param rounds snapshots of each case
     * @param beforeMillis of changing keys before a snapshot is begun
     * @param memoryBytes that a store outside the Java heap may use
     * @param directory where stores and snapshots put their files
     * @param properties for the stores
     */
    record Plan(
            List<String> subjects,
            int keys,
            int valueBytes,
            List<Double> dirtyPercents,
            int rounds,
            long beforeMillis,
            long memoryBytes,
            Path directory,
            Map<String, String> properties) {

        Map<String, Object> params() {
            final Map<String, Object> params = new LinkedHashMap<>();
            params.put("keys", keys);
            params.put("valueBytes", valueBytes);
            return params;
        }

        Map<String, Object> params(final double dirtyPercent) {
            final Map<String, Object> params = params();
            params.put(CheckpointTable.DIRTY_PERCENT, dirtyPercent);
            return params;
        }
    }

    /**
     * Measures.
     *
     * @return names of the subjects that have snapshots
     */
    List<String> run() throws IOException {
        final List<Subject> subjects = new ArrayList<>();
        try {
            for (final String name : plan.subjects()) {
                progress.accept(name + " loads");
                final Subject subject = start(name);
                if (subject.child.ready().equals(CheckpointBenchmarkMain.NO_SNAPSHOTS)) {
                    subject.close();
                } else {
                    subjects.add(subject);
                }
            }
            if (subjects.isEmpty()) {
                throw new CommandFailure("none has snapshots: " + plan.subjects());
            }
            for (final double percent : plan.dirtyPercents()) {
                for (int round = 1; round <= plan.rounds(); round++) {
                    for (final Subject subject : subjects) {
                        progress.accept(percent + " %, round " + round + "  " + subject.name);
                        measure(subject, percent);
                    }
                }
            }
            for (final Subject subject : subjects) {
                progress.accept(subject.name + " restores");
                restore(subject);
            }
            return subjects.stream().map(Subject::name).toList();
        } finally {
            subjects.forEach(Subject::close);
        }
    }

    private void measure(final Subject subject, final double percent) throws IOException {
        final CheckpointRound round =
                CheckpointRound.parse(subject.child.ask(CheckpointRound.WORD, percent));
        results.add(
                subject.name,
                CheckpointTable.SNAPSHOT,
                plan.params(percent),
                CheckpointMetrics.of(round));
    }

    private void restore(final Subject subject) throws IOException {
        final CheckpointRestore restore =
                CheckpointRestore.parse(subject.child.ask(CheckpointRestore.WORD));
        if (restore.wrongValues() != 0) {
            throw new CommandFailure(
                    subject.name + " restored wrongValues=" + restore.wrongValues());
        }
        results.add(
                subject.name,
                CheckpointTable.RESTORE,
                plan.params(),
                CheckpointMetrics.of(restore));
    }

    private Subject start(final String name) throws IOException {
        final Path directory = Files.createTempDirectory(plan.directory(), "geminid-perf-" + name);
        final List<String> arguments = new ArrayList<>();
        arguments.add(Integer.toString(plan.keys()));
        arguments.add(Integer.toString(plan.valueBytes()));
        arguments.add(Long.toString(plan.beforeMillis()));
        arguments.add(directory.toString());
        arguments.addAll(StateSubjects.properties(name, plan.memoryBytes(), plan.properties()));
        final ChildJvm child =
                new ChildJvm(
                        StateSubjects.jvmFlags(plan.keys(), plan.valueBytes(), plan.memoryBytes()),
                        CheckpointBenchmarkMain.class,
                        arguments.toArray(String[]::new));
        return new Subject(name, child, directory);
    }

    private record Subject(String name, ChildJvm child, Path directory) {
        void close() {
            child.close();
            Directories.delete(directory);
        }
    }
}
