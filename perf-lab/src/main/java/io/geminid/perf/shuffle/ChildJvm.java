package io.geminid.perf.shuffle;

import io.geminid.perf.CommandFailure;
import io.geminid.perf.shuffle.endpoint.BenchmarkMain;
import io.geminid.perf.shuffle.endpoint.Sample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM that runs {@link BenchmarkMain}, spoken to by lines. Used by one thread. */
final class ChildJvm implements AutoCloseable {

    private static final int END_SECONDS_MAX = 5;

    /** Every subject gets the same: a heap that is never short, and the collector of batch work. */
    private static final List<String> FLAGS =
            List.of("-Xms256m", "-Xmx256m", "-XX:MaxDirectMemorySize=512m", "-XX:+UseParallelGC");

    private final Process process;
    private final BufferedReader from;
    private final Writer to;
    private final String address;

    ChildJvm(final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(flagsOfThisJvm());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(BenchmarkMain.class.getName());
        command.addAll(List.of(arguments));
        process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        from = process.inputReader(StandardCharsets.UTF_8);
        to = process.outputWriter(StandardCharsets.UTF_8);
        final String[] ready = expect(BenchmarkMain.READY).split(" ");
        address = ready.length > 1 ? ready[1] : null;
    }

    /** Where the child listens, or {@code null}. */
    String address() {
        return address;
    }

    Sample sample() throws IOException {
        to.write(Sample.WORD + "\n");
        to.flush();
        return Sample.parse(expect(Sample.WORD));
    }

    private String expect(final String word) throws IOException {
        String line = from.readLine();
        while (line != null && !line.startsWith(word)) {
            line = from.readLine();
        }
        if (line == null) {
            throw new CommandFailure(
                    "a measured process ended before it said " + word + "; its errors are above");
        }
        return line;
    }

    /** Flags that keep a JDK quiet about our libraries are for children too. */
    private static List<String> flagsOfThisJvm() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .toList();
    }

    @Override
    public void close() {
        try {
            to.write(BenchmarkMain.QUIT + "\n");
            to.close();
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (final IOException e) {
            process.destroyForcibly(); // it has ended, or will
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
