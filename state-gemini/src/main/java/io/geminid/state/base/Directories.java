package io.geminid.state.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories that belong to one store or one process. */
public final class Directories {

    private Directories() {}

    /**
     * Deletes a directory and everything in it.
     *
     * @param directory need not exist
     * @throws UncheckedIOException if something cannot be deleted
     */
    public static void delete(final Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            final List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (final Path file : deepestFirst) {
                Files.delete(file);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("directory=" + directory + " cannot be deleted", e);
        }
    }
}
