package io.geminid.runtime.simulation.mutant;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of one file, and what stands there instead.
 *
 * <p>In {@code mutants.txt} a mutant is {@code name: what is wrong}, the file, the line after
 * {@code -} and the other one after {@code +}; blank lines and those that begin with {@code #} are
 * not read.
 *
 * @param name short
 * @param wrong the mistake, and whose it was
 * @param file below the project's directory
 * @param line stands there once, but for space around it
 * @param mutated instead
 */
record Mutant(String name, String wrong, String file, String line, String mutated) {

    private static final String SOURCES = "src/main/java/";

    /** All of them. */
    static List<Mutant> all() throws IOException {
        final List<Mutant> all = new ArrayList<>();
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                Mutant.class.getResourceAsStream("mutants.txt"),
                                StandardCharsets.UTF_8))) {
            final List<String> lines =
                    in.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList();
            if (lines.size() % 4 != 0) {
                throw new IOException("mutants.txt lines=" + lines.size() + " not four a mutant");
            }
            for (int i = 0; i < lines.size(); i += 4) {
                all.add(parse(lines.subList(i, i + 4)));
            }
        }
        return all;
    }

    private static Mutant parse(final List<String> lines) throws IOException {
        final String[] head = lines.get(0).split(": ", 2);
        final String line = lines.get(2);
        final String mutated = lines.get(3);
        if (head.length != 2 || !line.startsWith("- ") || !mutated.startsWith("+ ")) {
            throw new IOException("not a mutant: " + lines);
        }
        return new Mutant(
                head[0],
                head[1],
                lines.get(1).strip(),
                line.substring(2).strip(),
                mutated.substring(2).strip());
    }

    /** Name of the class that the file defines. */
    String className() {
        final int begin = file.indexOf(SOURCES) + SOURCES.length();
        return file.substring(begin, file.length() - ".java".length()).replace('/', '.');
    }

    /**
     * The file's text with the mistake in it.
     *
     * @param root the project's directory
     * @throws IOException if the line does not stand there exactly once
     */
    String source(final Path root) throws IOException {
        final List<String> lines = new ArrayList<>(Files.readAllLines(root.resolve(file)));
        final List<Integer> found = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().equals(line)) {
                found.add(i);
            }
        }
        if (found.size() != 1) {
            throw new IOException(
                    "mutant=" + name + " file=" + file + " found=" + found.size() + ": " + line);
        }
        lines.set(found.get(0), mutated);
        return String.join("\n", lines);
    }
}
