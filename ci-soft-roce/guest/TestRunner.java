import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.reporting.legacy.xml.LegacyXmlReportGeneratingListener;

/**
 * Runs test classes, as JUnit's console launcher does, without the seconds that it takes on an emulated processor to build
 * its command line and to load listeners that nobody reads.
 *
 * <p>Run with {@code TestRunner REPORTS_DIR NAME INCLUDED_TAG EXCLUDED_TAG CLASS...}; an excluded tag of {@code -} is none.
 * Writes {@code TEST-NAME.xml}, and {@code NAME.classes} with a line for each class: its name, tests run, failed, skipped,
 * seconds. Exits with 1 when a test failed.
 */
public final class TestRunner {
    private static final String TIMEOUT_PROPERTY = "junit.jupiter.execution.timeout.default";
    private static final String TIMEOUT = "300s";
    private static final int FAILURE_FRAMES = 30;

    private TestRunner() {}

    /** What became of the tests of each top-level class. One thread: JUnit runs the classes one after the other. */
    private static final class Classes implements TestExecutionListener {
        private static final class Count {
            private int run;
            private int failed;
            private int skipped;
            private long ns;
        }

        private final Map<String, Count> counts = new TreeMap<>();
        private long startedNs;

        @Override
        public void executionStarted(final TestIdentifier test) {
            startedNs = test.isTest() ? System.nanoTime() : startedNs;
        }

        @Override
        public void executionSkipped(final TestIdentifier test, final String reason) {
            count(test).skipped++;
            System.out.println("skipped: " + test.getUniqueId() + ": " + reason);
        }

        @Override
        public void executionFinished(final TestIdentifier test, final TestExecutionResult result) {
            final boolean failed = result.getStatus() == TestExecutionResult.Status.FAILED;
            if (!test.isTest()) {
                if (failed && test.getSource().isPresent()) {
                    count(test).failed++;
                }
                return;
            }
            final Count count = count(test);
            count.ns += System.nanoTime() - startedNs;
            if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
                count.skipped++;
            } else {
                count.run++;
                count.failed += failed ? 1 : 0;
            }
            System.out.println(result.getStatus() + " " + test.getUniqueId());
        }

        private Count count(final TestIdentifier test) {
            final String name =
                    test.getSource()
                            .map(
                                    source ->
                                            source instanceof MethodSource
                                                    ? ((MethodSource) source).getClassName()
                                                    : source instanceof ClassSource
                                                            ? ((ClassSource) source).getClassName()
                                                            : "?")
                            .orElse("?");
            return counts.computeIfAbsent(name.replaceAll("\\$.*", ""), n -> new Count());
        }

        void writeTo(final Path file) throws IOException {
            try (BufferedWriter out = Files.newBufferedWriter(file)) {
                counts.forEach(
                        (name, count) -> {
                            try {
                                out.write(
                                        String.format(
                                                Locale.ROOT,
                                                "%s %d %d %d %.1f%n",
                                                name,
                                                count.run,
                                                count.failed,
                                                count.skipped,
                                                count.ns / 1e9));
                            } catch (final IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
            }
        }
    }

    private static LauncherDiscoveryRequest request(final List<String> args) {
        final LauncherDiscoveryRequestBuilder builder =
                LauncherDiscoveryRequestBuilder.request()
                        .configurationParameter(TIMEOUT_PROPERTY, TIMEOUT)
                        .filters(TagFilter.includeTags(args.get(2)));
        if (!args.get(3).equals("-")) {
            builder.filters(TagFilter.excludeTags(args.get(3)));
        }
        args.stream().skip(4).forEach(name -> builder.selectors(selectClass(name)));
        return builder.build();
    }

    /** Runs the classes and ends the JVM, whatever threads they have left. */
    public static void main(final String[] arguments) throws IOException {
        final List<String> args = List.of(arguments);
        final Path reports = Files.createDirectories(Path.of(args.get(0)));
        final Path own = Files.createDirectories(reports.resolve(args.get(1)));
        final PrintWriter out = new PrintWriter(System.out, true);
        final SummaryGeneratingListener summary = new SummaryGeneratingListener();
        final Classes classes = new Classes();
        final LauncherConfig config =
                LauncherConfig.builder()
                        .enableTestExecutionListenerAutoRegistration(false)
                        .enableLauncherSessionListenerAutoRegistration(false)
                        .enableLauncherDiscoveryListenerAutoRegistration(false)
                        .enablePostDiscoveryFilterAutoRegistration(false)
                        .build();
        LauncherFactory.create(config)
                .execute(
                        request(args),
                        summary,
                        classes,
                        new LegacyXmlReportGeneratingListener(own, out));
        summary.getSummary().printFailuresTo(out, FAILURE_FRAMES);
        // The engine chose the name; two JVMs would overwrite each other's.
        try (Stream<Path> files = Files.list(own)) {
            for (final Path file : files.toList()) {
                Files.move(file, reports.resolve("TEST-" + args.get(1) + ".xml"));
            }
        }
        Files.delete(own);
        classes.writeTo(reports.resolve(args.get(1) + ".classes"));
        System.exit(summary.getSummary().getTotalFailureCount() == 0 ? 0 : 1);
    }
}
