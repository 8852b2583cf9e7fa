package io.geminid.runtime.simulation.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sees to it that no file appears unless a checkpoint that is durable has promised it (INV T1):
 * looks for names of files in what sinks have written to checkpoints, and for the files.
 */
final class CommittedFiles {

    private static final Pattern NAME = Pattern.compile("(?<!\\.)\\b[a-z]+-\\d+-\\d+\\.csv");

    private final Path directory;
    private final Set<String> promised = new HashSet<>();

    CommittedFiles(final Path directory) {
        this.directory = directory;
    }

    /** A checkpoint has just become durable, with this in it: nobody can have heard of it yet. */
    void onCheckpoint(final String operatorStates) {
        check();
        final Matcher names = NAME.matcher(operatorStates);
        while (names.find()) {
            promised.add(names.group());
        }
    }

    /** Fails if there is a file that nobody has promised. */
    void check() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.csv")) {
            for (final Path file : files) {
                final String name = file.getFileName().toString();
                if (!name.startsWith(".") && !promised.contains(name)) {
                    throw new AssertionError("file=" + name + " is there, promised=" + promised);
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
