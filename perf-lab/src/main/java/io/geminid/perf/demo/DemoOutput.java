package io.geminid.perf.demo;

import io.geminid.perf.CommandFailure;
import io.geminid.perf.demo.job.AccessLogProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory that results go to. A run writes into a directory of its own inside it; only when
 * the job has finished do its parts take the place of those of an earlier run, so that a run that
 * fails changes nothing.
 */
final class DemoOutput implements AutoCloseable {

    private static final List<String> PREFIXES =
            List.of(
                    AccessLogProgram.CLIENTS_FILES,
                    AccessLogProgram.SESSIONS_FILES,
                    AccessLogProgram.MALFORMED_FILES);

    private final Path directory;
    private final Path running;

    DemoOutput(final Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
            running = Files.createTempDirectory(directory, ".running-");
        } catch (final IOException e) {
            throw failure("written", e);
        }
    }

    /** Where the results are. */
    Path directory() {
        return directory;
    }

    /** Where the job writes. */
    Path running() {
        return running;
    }

    /** Where the job keeps its checkpoints. */
    Path checkpoints() {
        return running.resolve("checkpoints");
    }

    /** Makes the finished run's parts the results. */
    void publish() {
        try {
            for (final String prefix : PREFIXES) {
                for (final Path old : parts(directory, prefix)) {
                    Files.delete(old);
                }
                for (final Path part : parts(running, prefix)) {
                    Files.move(part, directory.resolve(part.getFileName()));
                }
            }
        } catch (final IOException e) {
            throw failure("written", e);
        }
    }

    /** The published parts of one kind. */
    List<Path> parts(final String prefix) {
        return parts(directory, prefix);
    }

    private List<Path> parts(final Path from, final String prefix) {
        final List<Path> parts = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(from, prefix + "-*.csv")) {
            files.forEach(parts::add);
        } catch (final IOException e) {
            throw failure("read", e);
        }
        parts.sort(Comparator.naturalOrder());
        return parts;
    }

    private CommandFailure failure(final String what, final IOException e) {
        return new CommandFailure("output " + directory + " cannot be " + what + ": " + e, e);
    }

    /** Removes what a run that failed has left. */
    @Override
    public void close() {
        try (Stream<Path> left = Files.walk(running)) {
            for (final Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("output=" + running, e);
        }
    }
}
