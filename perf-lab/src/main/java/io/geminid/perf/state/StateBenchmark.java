package io.geminid.perf.state;

import io.geminid.perf.child.ChildJvm;
import io.geminid.perf.report.Results;
import io.geminid.perf.state.workload.Loaded;
import io.geminid.perf.state.workload.Slice;
import io.geminid.perf.state.workload.StateBenchmarkMain;
import io.geminid.perf.state.workload.StateCase;
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
final class StateBenchmark {

    private final StatePlan plan;
    private final Results results;
    private final Consumer<String> progress;

    StateBenchmark(final StatePlan plan, final Results results, final Consumer<String> progress) {
        this.plan = plan;
        this.results = results;
        this.progress = progress;
    }

    void run() throws IOException {
        for (int run = 1; run <= plan.runs(); run++) {
            for (final long keys : plan.keys()) {
                for (final int bytes : plan.valueBytes()) {
                    for (final StateCase.Data data : StateCase.Data.values()) {
                        final List<StateCase> cases =
                                plan.cases().stream().filter(c -> c.data() == data).toList();
                        if (!cases.isEmpty()) {
                            final String where =
                                    String.format("run %d/%d  %,d keys", run, plan.runs(), keys);
                            measure(new Setting(data, keys, bytes, where), cases);
                        }
                    }
                }
            }
        }
    }

    private record Setting(StateCase.Data data, long keys, int valueBytes, String where) {

        Map<String, Object> params() {
            final Map<String, Object> params = new LinkedHashMap<>();
            params.put(StateTable.KEYS, keys);
            params.put(StateTable.VALUE_BYTES, valueBytes);
            return params;
        }
    }

    private void measure(final Setting setting, final List<StateCase> cases) throws IOException {
        final List<Subject> subjects = new ArrayList<>();
        try {
            for (final String name : plan.subjects()) {
                progress.accept(setting.where + "  " + name + " loads " + setting.data);
                subjects.add(start(name, setting));
            }
            for (final StateCase what : cases) {
                progress.accept(setting.where + "  " + what.label());
                measureInTurns(setting, what, subjects);
            }
        } finally {
            subjects.forEach(Subject::close);
        }
    }

    private Subject start(final String name, final Setting setting) throws IOException {
        final Path directory = Files.createTempDirectory(plan.directory(), "geminid-perf-" + name);
        final List<String> arguments = new ArrayList<>();
        arguments.add(setting.data.name());
        arguments.add(Long.toString(setting.keys));
        arguments.add(Integer.toString(setting.valueBytes));
        arguments.add(directory.toString());
        arguments.addAll(StateSubjects.properties(name, plan.memoryBytes(), plan.properties()));
        final ChildJvm child =
                new ChildJvm(
                        StateSubjects.jvmFlags(
                                setting.keys, setting.valueBytes, plan.memoryBytes()),
                        StateBenchmarkMain.class,
                        arguments.toArray(String[]::new));
        return new Subject(name, child, Loaded.parse(child.ready()), directory);
    }

    /** A B C A B C: whatever slows the machine for a while slows each of them. */
    private void measureInTurns(
            final Setting setting, final StateCase what, final List<Subject> subjects)
            throws IOException {
        for (final Subject subject : subjects) {
            subject.child.ask(Slice.WORD, what.label(), plan.warmupMillis());
        }
        for (int slice = 0; slice < StatePlan.SLICES; slice++) {
            for (final Subject subject : subjects) {
                final Slice measured =
                        Slice.parse(
                                subject.child.ask(Slice.WORD, what.label(), plan.sliceMillis()));
                results.add(
                        subject.name,
                        what.label(),
                        setting.params(),
                        StateMetrics.of(subject.loaded, measured));
            }
        }
    }

    private record Subject(String name, ChildJvm child, Loaded loaded, Path directory) {

        /** A child that ended well has taken its files away. */
        void close() {
            child.close();
            Directories.delete(directory);
        }
    }
}
