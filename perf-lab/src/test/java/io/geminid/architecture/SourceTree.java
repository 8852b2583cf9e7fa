package io.geminid.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The text files of the checkout. */
final class SourceTree {
    private static final Set<String> NOT_OURS = Set.of(".git", "target", ".idea", ".vscode");
    private static final long FILE_BYTES_MAX = 4 << 20;

    private final List<SourceFile> files;

    private SourceTree(final List<SourceFile> files) {
        this.files = files.stream().sorted(Comparator.comparing(SourceFile::path)).toList();
    }

    /** A tree that exists only in a test. */
    static SourceTree of(final Map<String, String> textByPath) {
        return new SourceTree(
                textByPath.entrySet().stream()
                        .map(e -> new SourceFile(e.getKey(), e.getValue()))
                        .toList());
    }

    /** The checkout that the tests run in: what git tracks, or every file where there is no git. */
    static SourceTree ofCheckout() {
        final Path root = root();
        final List<SourceFile> files = new ArrayList<>();
        for (final String path : trackedPaths(root)) {
            final Path file = root.resolve(path);
            try {
                if (Files.isRegularFile(file) && Files.size(file) <= FILE_BYTES_MAX) {
                    final String text =
                            new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                    if (text.indexOf('\0') < 0) {
                        files.add(new SourceFile(path, text));
                    }
                }
            } catch (final IOException e) {
                throw new UncheckedIOException("path=" + path, e);
            }
        }
        return new SourceTree(files);
    }

    List<SourceFile> files() {
        return files;
    }

    List<SourceFile> java(final Predicate<SourceFile> which) {
        return files.stream().filter(SourceFile::isJava).filter(which).toList();
    }

    List<SourceFile> main() {
        return java(SourceFile::isMain);
    }

    List<SourceFile> mainAndTest() {
        return java(f -> f.isMain() || f.isTest());
    }

    /** Which modules have main sources in a package. More than one is a violation. */
    Map<String, Set<String>> modulesByPackage() {
        final Map<String, Set<String>> modules = new LinkedHashMap<>();
        for (final SourceFile file : main()) {
            modules.computeIfAbsent(file.packageName(), p -> new TreeSet<>()).add(file.module());
        }
        return modules;
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(at.resolve(".mvn"))) {
            at = at.getParent();
            if (at == null) {
                throw new IllegalStateException("no .mvn above " + Path.of("").toAbsolutePath());
            }
        }
        return at;
    }

    private static List<String> trackedPaths(final Path root) {
        try {
            final Process git =
                    new ProcessBuilder("git", "ls-files", "-z")
                            .directory(root.toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            final String out =
                    new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (git.waitFor(1, TimeUnit.MINUTES) && git.exitValue() == 0 && !out.isEmpty()) {
                return List.of(out.split("\0"));
            }
        } catch (final IOException e) {
            return walk(root); // no git here
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return walk(root);
    }

    private static List<String> walk(final Path directory) {
        final List<String> paths = new ArrayList<>();
        walk(directory, "", paths);
        return paths;
    }

    private static void walk(final Path directory, final String prefix, final List<String> out) {
        final List<Path> entries;
        try (Stream<Path> list = Files.list(directory)) {
            entries = list.toList();
        } catch (final IOException e) {
            throw new UncheckedIOException("directory=" + directory, e);
        }
        for (final Path entry : entries) {
            final String name = entry.getFileName().toString();
            if (NOT_OURS.contains(name)) {
                continue;
            }
            if (Files.isDirectory(entry)) {
                walk(entry, prefix + name + "/", out);
            } else {
                out.add(prefix + name);
            }
        }
    }
}
