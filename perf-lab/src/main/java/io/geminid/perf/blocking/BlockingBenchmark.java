package io.geminid.perf.blocking;

import io.geminid.perf.blocking.exchange.ExchangeChild;
import io.geminid.perf.blocking.exchange.ExchangePlan;
import io.geminid.perf.blocking.exchange.ExchangeSample;
import io.geminid.perf.child.ChildJvm;
import io.geminid.perf.report.Results;
import io.geminid.state.base.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Measures what a plan says. One thread, which waits for the children. */
final class BlockingBenchmark {

    /** Every subject gets the same: a heap that is Spark's default, and room beside it. */
    private static final List<String> CHILD_FLAGS =
            List.of(
                    "-Xms1g",
                    "-Xmx1g",
                    "-XX:MaxDirectMemorySize=1g",
                    "-XX:+UseParallelGC",
                    "-Dlog4j2.configurationFile=log4j2.properties",
                    "-Dlog4j.configurationFile=log4j2.properties");

    private final List<Subject> subjects;
    private final List<ExchangePlan> plans;
    private final int runs;
    private final Results results;
    private final Consumer<String> progress;

    /**
     * @param subjects the first is compared with the others
     * @param plans one for each variant; each child gets a directory of its own below the plan's
     * @param runs of each
     * @param results get what is measured
     * @param progress told what is going on
     */
    BlockingBenchmark(
            final List<Subject> subjects,
            final List<ExchangePlan> plans,
            final int runs,
            final Results results,
            final Consumer<String> progress) {
        this.subjects = subjects;
        this.plans = plans;
        this.runs = runs;
        this.results = results;
        this.progress = progress;
    }

    /** Measures: in turns, each in a process of its own that has done the same once before. */
    void run() throws IOException, InterruptedException {
        final Map<Subject, String> classPaths = new HashMap<>();
        final PeerClasses peers = new PeerClasses();
        for (final Subject subject : subjects) {
            if (subject.isForeign()) {
                progress.accept(subject.label() + ": jars");
                classPaths.put(subject, peers.classPath(subject));
            }
        }
        final List<Running> running = new ArrayList<>();
        try {
            for (final ExchangePlan plan : plans) {
                for (final Subject subject : subjects) {
                    if (subject.can(plan.isCompressed(), plan.durable())) {
                        progress.accept("warm-up  " + describe(subject, plan));
                        final Running child = start(subject, plan, classPaths.get(subject));
                        running.add(child);
                        child.exchange();
                    }
                }
            }
            for (int run = 1; run <= runs; run++) {
                for (final Running child : running) {
                    progress.accept("run " + run + "  " + describe(child.subject, child.plan));
                    results.add(
                            child.subject.label(),
                            BlockingTable.EXCHANGE,
                            BlockingTable.params(child.plan.compression(), child.plan.durable()),
                            child.exchange());
                }
            }
        } finally {
            running.forEach(Running::close);
        }
    }

    private static String describe(final Subject subject, final ExchangePlan plan) {
        return subject.label() + " " + plan.compression() + (plan.durable() ? " forced" : "");
    }

    private static Running start(
            final Subject subject, final ExchangePlan plan, final String classPath)
            throws IOException {
        final Path directory = Files.createTempDirectory(plan.directory(), subject.label());
        final ExchangePlan own = plan.in(directory);
        final List<String> flags = new ArrayList<>(CHILD_FLAGS);
        flags.addAll(subject.flags());
        try {
            final ChildJvm child =
                    new ChildJvm(
                            flags,
                            classPath == null ? System.getProperty("java.class.path") : classPath,
                            subject.main(),
                            own.arguments().toArray(new String[0]));
            return new Running(subject, own, child);
        } catch (final IOException | RuntimeException e) {
            Directories.delete(directory);
            throw e;
        }
    }

    private record Running(Subject subject, ExchangePlan plan, ChildJvm child) {

        Map<String, Double> exchange() throws IOException {
            final ExchangeSample write = ExchangeSample.parse(child.ask(ExchangeChild.WRITE));
            final ExchangeSample read = ExchangeSample.parse(child.ask(ExchangeChild.READ));
            child.ask(ExchangeChild.CLEAR);
            return BlockingMetrics.of(plan, write, read);
        }

        void close() {
            child.close();
            Directories.delete(plan.directory());
        }
    }
}
