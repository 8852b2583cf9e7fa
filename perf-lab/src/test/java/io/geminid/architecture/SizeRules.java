package io.geminid.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How large things may get. A limit that one place breaks for a good reason is raised for that
 * place alone, in the table, and comes down again with it: the tables are a ratchet.
 */
final class SizeRules {
    static final int FILE_LINES_MAX = 600;
    static final int METHOD_LINES_MAX = 70;
    static final int PARAMETERS_MAX = 5;
    static final int TYPES_PER_PACKAGE_MAX = 12;

    /** Path, {@code path#method} or package, to the size it has now. */
    static final Map<String, Integer> LARGER = Map.of();

    private SizeRules() {}

    /** Files, main and test. */
    static List<Violation> files(final SourceTree tree, final Map<String, Integer> larger) {
        final Ratchet ratchet = new Ratchet(larger, FILE_LINES_MAX, key -> key.endsWith(".java"));
        for (final SourceFile file : tree.mainAndTest()) {
            ratchet.see(
                    file.path(),
                    new Violation(
                            file.path(),
                            file.lineCount(),
                            "file of " + file.lineCount() + " lines, limit " + FILE_LINES_MAX,
                            "split it by responsibility"),
                    file.lineCount());
        }
        return ratchet.violations();
    }

    /** Methods, main and test. */
    static List<Violation> methods(final SourceTree tree, final Map<String, Integer> larger) {
        final Ratchet ratchet =
                new Ratchet(larger, METHOD_LINES_MAX, key -> key.matches(".*\\.java#[^()]*"));
        for (final SourceFile file : tree.mainAndTest()) {
            for (final JavaOutline.Method method : file.outline().methods()) {
                ratchet.see(
                        file.path() + "#" + method.name(),
                        new Violation(
                                file.path(),
                                method.line(),
                                method.name()
                                        + " has "
                                        + method.lineCount()
                                        + " lines, limit "
                                        + METHOD_LINES_MAX,
                                "give its steps names of their own"),
                        method.lineCount());
            }
        }
        return ratchet.violations();
    }

    /** Parameters of methods and constructors, main sources, but for wire and format packages. */
    static List<Violation> parameters(final SourceTree tree, final Map<String, Integer> larger) {
        final Ratchet ratchet =
                new Ratchet(larger, PARAMETERS_MAX, key -> key.matches(".*\\.java#.*\\(\\)"));
        for (final SourceFile file : tree.main()) {
            if (file.packageName().matches(".*\\.(?:wire|format)(?:\\..*)?")) {
                continue;
            }
            for (final JavaOutline.Method method : file.outline().methods()) {
                ratchet.see(
                        file.path() + "#" + method.name() + "()",
                        new Violation(
                                file.path(),
                                method.line(),
                                method.name()
                                        + " has "
                                        + method.parameterCount()
                                        + " parameters, limit "
                                        + PARAMETERS_MAX,
                                "make those that belong together a record"),
                        method.parameterCount());
            }
        }
        return ratchet.violations();
    }

    /** Top-level types of a package, main sources. */
    static List<Violation> packages(final SourceTree tree, final Map<String, Integer> larger) {
        final Ratchet ratchet =
                new Ratchet(
                        larger, TYPES_PER_PACKAGE_MAX, key -> key.matches("io\\.geminid[\\w.]*"));
        final Map<String, Integer> types = new TreeMap<>();
        final Map<String, String> paths = new TreeMap<>();
        for (final SourceFile file : tree.main()) {
            final int count =
                    (int)
                            file.outline().types().stream()
                                    .filter(JavaOutline.Type::isTopLevel)
                                    .count();
            types.merge(file.packageName(), count, Integer::sum);
            paths.put(file.packageName(), file.path().substring(0, file.path().lastIndexOf('/')));
        }
        types.forEach(
                (name, count) ->
                        ratchet.see(
                                name,
                                new Violation(
                                        paths.get(name),
                                        1,
                                        "package "
                                                + name
                                                + " has "
                                                + count
                                                + " types, limit "
                                                + TYPES_PER_PACKAGE_MAX,
                                        "move a group of types to a package of their own"),
                                count));
        return ratchet.violations();
    }

    /** Sizes against the limit, or against the exception that a table makes. */
    private static final class Ratchet {
        private final Map<String, Integer> allowances = new TreeMap<>();
        private final int limit;
        private final Map<String, Integer> largest = new TreeMap<>();
        private final List<Violation> violations = new ArrayList<>();

        Ratchet(
                final Map<String, Integer> larger,
                final int limit,
                final java.util.function.Predicate<String> isMine) {
            larger.forEach(
                    (key, size) -> {
                        if (isMine.test(key)) {
                            allowances.put(key, size);
                        }
                    });
            this.limit = limit;
        }

        void see(final String key, final Violation ifTooLarge, final int size) {
            largest.merge(key, size, Math::max);
            if (size > allowances.getOrDefault(key, limit)) {
                violations.add(ifTooLarge);
            }
        }

        List<Violation> violations() {
            allowances.forEach(
                    (key, size) -> {
                        final int now = largest.getOrDefault(key, 0);
                        if (now < size) {
                            violations.add(
                                    new Violation(
                                            key,
                                            1,
                                            "may have " + size + " but has only " + now,
                                            "lower its number in SizeRules, or take it out"));
                        }
                    });
            return violations;
        }
    }
}
