package io.geminid.perf.sort;

import io.geminid.config.GeminidProperties;
import io.geminid.config.Units;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.perf.CommandFailure;
import io.geminid.perf.ConfigurationOptions;
import io.geminid.perf.Geminid;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code run sort}: files larger than memory, sorted over blocking partitions, and checked. */
@Command(
        name = "sort",
        description = "Sorts files larger than memory over blocking partitions, and checks it.",
        mixinStandardHelpOptions = true)
public final class SortCommand implements Callable<Integer> {

    /** So much of a range for each consumer's share of memory: samples are not exact. */
    private static final int RANGES_PER_SHARE = 4;

    private static final long PROGRESS_MILLIS = 2_000;

    @Option(
            names = "--input",
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "Files to sort, or directories whose files are sorted.")
    private List<Path> inputs;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Gets part-00000, part-00001, ..., in order; must be empty.")
    private Path output;

    @Option(
            names = "--lines",
            description = "Records are lines; else 100 bytes, of which 10 are the key.")
    private boolean lines;

    @Option(
            names = "--generate",
            paramLabel = "SIZE",
            description = "First fills the input, one file, with random records, e.g. 4gb.")
    private String generate;

    @Option(
            names = "--collect",
            paramLabel = "SIZE",
            description =
                    "First fills the input, one file, with the text of files below --from, over"
                            + " again if they have less.")
    private String collect;

    @Option(
            names = "--from",
            split = ",",
            paramLabel = "DIR",
            defaultValue = "/usr/share,/usr/lib",
            description = "Where --collect looks (default: ${DEFAULT-VALUE}).")
    private List<Path> from;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "512mb",
            description = "Segments for everything (default: ${DEFAULT-VALUE}).")
    private String memory;

    @Option(
            names = "--ranges",
            paramLabel = "N",
            description = "Parts of the output (default: by memory).")
    private Integer ranges;

    @Mixin private ConfigurationOptions configuration;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final GeminidProperties properties =
                configuration.properties(spec, Map.of(SegmentPoolContext.MAX_BYTES.name(), memory));
        final RecordFormat format = lines ? RecordFormat.LINES : RecordFormat.GENSORT;
        try {
            if (generate != null) {
                generate(out);
            }
            if (collect != null) {
                collect(out);
            }
            final List<Path> files = files();
            requireEmptyOutput();
            return sort(files, format, properties, out) ? 0 : Geminid.EXIT_FAILED;
        } catch (final IOException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }

    private void generate(final PrintWriter out) throws IOException {
        if (inputs.size() != 1 || lines) {
            throw new ParameterException(
                    spec.commandLine(), "--generate fills one file of 100-byte records");
        }
        final long records = Units.parseBytes(generate) / RecordFormat.GENSORT.recordBytes();
        final Random random = new Random(records);
        final byte[] block = new byte[RecordFormat.GENSORT.recordBytes() * 10_000];
        final long start = System.nanoTime();
        try (OutputStream file = Files.newOutputStream(inputs.get(0))) {
            for (long done = 0; done < records; done += 10_000) {
                random.nextBytes(block);
                final long left = Math.min(10_000, records - done);
                file.write(block, 0, (int) left * RecordFormat.GENSORT.recordBytes());
            }
        }
        printRate(out, "generate", records * RecordFormat.GENSORT.recordBytes(), start);
    }

    private void collect(final PrintWriter out) throws IOException {
        if (inputs.size() != 1 || !lines || generate != null) {
            throw new ParameterException(spec.commandLine(), "--collect fills one file of --lines");
        }
        final long wanted = Units.parseBytes(collect);
        final long start = System.nanoTime();
        final TextCorpus.Collected collected = TextCorpus.collect(from, wanted, inputs.get(0));
        out.printf(
                "collected files=%d times=%.2f bytes=%d%n",
                collected.files(), collected.times(), collected.bytes());
        printRate(out, "collect", collected.bytes(), start);
    }

    private List<Path> files() throws IOException {
        final List<Path> all = new ArrayList<>();
        for (final Path input : inputs) {
            if (!Files.exists(input)) {
                throw new ParameterException(spec.commandLine(), input + " does not exist");
            }
            try (Stream<Path> walk = Files.walk(input)) {
                walk.filter(Files::isRegularFile).sorted().forEach(all::add);
            }
        }
        return all;
    }

    private void requireEmptyOutput() throws IOException {
        if (Files.exists(output)) {
            try (Stream<Path> any = Files.list(output)) {
                if (any.findAny().isPresent()) {
                    throw new ParameterException(spec.commandLine(), output + " is not empty");
                }
            }
        }
    }

    private boolean sort(
            final List<Path> files,
            final RecordFormat format,
            final GeminidProperties properties,
            final PrintWriter out)
            throws IOException, InterruptedException {
        long bytes = 0;
        for (final Path file : files) {
            bytes += Files.size(file);
        }
        final long share = properties.get(SegmentPoolContext.MAX_BYTES) / 3;
        final int parts = ranges != null ? ranges : (int) (bytes * RANGES_PER_SHARE / share) + 1;
        out.printf(
                "sorting files=%d bytes=%d memory=%s ranges=%d%n",
                files.size(), bytes, memory, parts);
        out.flush();
        final long start = System.nanoTime();
        try (SortJob job = new SortJob(files, output, format, parts, properties)) {
            final RangeSplitters splitters = RangeSplitters.sample(files, format, parts);
            stage(out, "partition", job, () -> job.partition(splitters));
            stage(out, "sort", job, job::sortRanges);
        }
        printRate(out, "all", bytes, start);
        return check(files, format, out);
    }

    /** A part of the job. */
    private interface Stage {
        void run() throws IOException, InterruptedException;
    }

    private static void stage(
            final PrintWriter out, final String name, final SortJob job, final Stage stage)
            throws IOException, InterruptedException {
        final long start = System.nanoTime();
        final ScheduledExecutorService progress = Executors.newSingleThreadScheduledExecutor();
        if (System.console() != null) {
            progress.scheduleAtFixedRate(
                    () -> System.err.printf("%s: %d MB%n", name, job.bytesDone() >> 20),
                    PROGRESS_MILLIS,
                    PROGRESS_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
        try {
            stage.run();
        } finally {
            progress.shutdownNow();
        }
        printRate(out, name, job.bytesDone(), start);
    }

    private static void printRate(
            final PrintWriter out, final String name, final long bytes, final long startNs) {
        final double seconds = (System.nanoTime() - startNs) / 1e9;
        out.printf("%-10s %8.1f s %8.1f MB/s%n", name, seconds, bytes / 1e6 / seconds);
        out.flush();
    }

    private boolean check(final List<Path> files, final RecordFormat format, final PrintWriter out)
            throws IOException {
        final SortChecker checker = new SortChecker(format);
        final SortChecker.Totals expected = checker.read(files);
        final List<Path> parts;
        try (Stream<Path> all = Files.list(output)) {
            parts = all.sorted().toList();
        }
        final SortChecker.Totals found = checker.read(parts);
        final boolean right = expected.equals(found) && checker.outOfOrder() == 0;
        out.printf("input  %s%noutput %s outOfOrder=%d%n", expected, found, checker.outOfOrder());
        out.println(right ? "checked: the output is the sorted input" : "WRONG");
        out.flush();
        return right;
    }
}
