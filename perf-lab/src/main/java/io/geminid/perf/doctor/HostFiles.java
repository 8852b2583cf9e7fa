package io.geminid.perf.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The host's files below a root, so that tests can bring a host of their own.
 *
 * @param root {@code /} on a real host
 */
record HostFiles(Path root) {

    static HostFiles ofThisHost() {
        return new HostFiles(Path.of("/"));
    }

    /** A path that is written absolutely. */
    Path at(final String absolute) {
        return root.resolve(absolute.substring(1));
    }

    boolean exists(final String absolute) {
        return Files.exists(at(absolute));
    }

    /** The file's text without white space around it; empty if it cannot be read. */
    String read(final String absolute) {
        try {
            return Files.readString(at(absolute), StandardCharsets.UTF_8).trim();
        } catch (final IOException e) {
            return "";
        }
    }

    /** The directory's entries, sorted; none if there is no such directory. */
    List<String> list(final String absolute) {
        try (Stream<Path> entries = Files.list(at(absolute))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (final IOException e) {
            return List.of();
        }
    }
}
