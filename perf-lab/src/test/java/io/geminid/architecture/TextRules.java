package io.geminid.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What every file, package and public type must say, and what none may say. */
final class TextRules {
    // The forbidden words are put together from halves, so that this file does not contain them.
    private static final Pattern LEFT_FOR_LATER =
            Pattern.compile("\\b(?:" + "TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    private static final Pattern REGISTRY_HOSTS =
            Pattern.compile(
                    "(?:repo1?|search|central)\\.(?:maven\\.)?(?:maven|apache|sonatype)"
                            + "\\.(?:org|com)|mvnrepository\\.com|oss\\.sonatype"
                            + "|(?:deb|ftp|security|snapshot|archive)\\.debian\\.org"
                            + "|(?:archive|security|ports)\\.ubuntu\\.com"
                            + "|registry\\.(?:npmjs|yarnpkg)\\.|(?:files\\.)?pypi(?:thonhosted)?\\.org"
                            + "|static\\.crates\\.io|proxy\\.golang\\.org");
    private static final Pattern MACHINE_PATHS =
            Pattern.compile("(?<![\\w.}\\])])/(?:home|root|Users|work)/[\\w.]");
    private static final Pattern TEST_ANNOTATION =
            Pattern.compile("@(?:Test|ParameterizedTest|RepeatedTest|TestFactory)\\b");
    private static final Pattern RUN_BY_NAME =
            Pattern.compile("(?:Test.*|.*Tests?|.*TestCase)\\.java");

    private static final Set<String> DEVICE_TAGS =
            new TreeSet<>(Set.of("rdma", "rdma-removal", "rdma-memlock"));
    private static final Pattern DEVICE_TAG = Pattern.compile("@Tag\\(\\s*\"rdma[^\"]*\"\\s*\\)");
    private static final Pattern ABSTRACT = Pattern.compile("\\babstract\\s+class\\b");

    private TextRules() {}

    /** Every package with main sources says what it is for. */
    static List<Violation> packageInfo(final SourceTree tree) {
        final Map<String, String> directories = new TreeMap<>();
        final Set<String> explained = new TreeSet<>();
        for (final SourceFile file : tree.main()) {
            final String directory = file.path().substring(0, file.path().lastIndexOf('/'));
            if (!file.name().equals("package-info.java")) {
                directories.put(directory, file.packageName());
            } else if (file.text().contains("/**")) {
                explained.add(directory);
            }
        }
        final List<Violation> violations = new ArrayList<>();
        directories.forEach(
                (directory, name) -> {
                    if (!explained.contains(directory)) {
                        violations.add(
                                new Violation(
                                        directory + "/package-info.java",
                                        1,
                                        "package " + name + " does not say what it is for",
                                        "write its package-info.java: purpose, entry class, imports,"
                                                + " units"));
                    }
                });
        return violations;
    }

    /** Every public type has Javadoc. */
    static List<Violation> javadoc(final SourceTree tree) {
        final List<Violation> violations = new ArrayList<>();
        for (final SourceFile file : tree.main()) {
            for (final JavaOutline.Type type : file.outline().types()) {
                if (type.isPublic() && !type.hasJavadoc()) {
                    violations.add(
                            new Violation(
                                    file.path(),
                                    type.line(),
                                    "public type " + type.name() + " has no Javadoc",
                                    "say in one sentence what it is"));
                }
            }
        }
        return violations;
    }

    /** Nothing is left for later in the sources. */
    static List<Violation> leftForLater(final SourceTree tree) {
        return words(tree, LEFT_FOR_LATER, "do it, or open an issue and delete the remark");
    }

    /** No download host: package managers know theirs. */
    static List<Violation> registryHosts(final SourceTree tree) {
        return words(tree, REGISTRY_HOSTS, "name the package, not the host it comes from");
    }

    /** No path of one machine. */
    static List<Violation> machinePaths(final SourceTree tree) {
        return words(tree, MACHINE_PATHS, "use a path relative to the checkout, or a variable");
    }

    /** A file with tests has a name that the build runs. */
    static List<Violation> testNames(final SourceTree tree) {
        final List<Violation> violations = new ArrayList<>();
        for (final SourceFile file : tree.java(SourceFile::isTest)) {
            final boolean isContract =
                    file.find(Pattern.compile("\\babstract\\s+class\\b|\\binterface\\b")).size()
                            > 0;
            if (!isContract && !RUN_BY_NAME.matcher(file.name()).matches()) {
                final List<SourceFile.Match> tests = file.find(TEST_ANNOTATION);
                if (!tests.isEmpty()) {
                    violations.add(
                            new Violation(
                                    file.path(),
                                    tests.get(0).line(),
                                    "has tests, but its name makes the build skip it",
                                    "end the name in Test"));
                }
            }
        }
        return violations;
    }

    /** The guest's runner finds the tests that need a device by the tag in their own source. */
    static List<Violation> deviceTags(final SourceTree tree) {
        final List<Violation> violations = new ArrayList<>();
        for (final SourceFile file : tree.java(SourceFile::isTest)) {
            for (final SourceFile.Match match : file.findInText(DEVICE_TAG)) {
                final boolean isKnown =
                        DEVICE_TAGS.stream()
                                .anyMatch(tag -> match.text().contains('"' + tag + '"'));
                if (!isKnown || !file.find(ABSTRACT).isEmpty()) {
                    violations.add(
                            new Violation(
                                    file.path(),
                                    match.line(),
                                    match.text() + " where no runner looks for it",
                                    "put one of "
                                            + DEVICE_TAGS
                                            + " on the class that is run, not on its parent"));
                }
            }
        }
        return violations;
    }

    private static List<Violation> words(
            final SourceTree tree, final Pattern pattern, final String fix) {
        final List<Violation> violations = new ArrayList<>();
        for (final SourceFile file : tree.files()) {
            for (final SourceFile.Match match : file.findInText(pattern)) {
                violations.add(new Violation(file.path(), match.line(), match.text(), fix));
            }
        }
        return violations;
    }
}
