package io.geminid.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Calls that are forbidden in some part of the tree. */
final class CallRules {
    private static final String HOST_ENVIRONMENT =
            "runtime-lite/src/main/java/io/geminid/runtime/cluster/HostEnvironment.java";
    private static final String SHUFFLE_SERVER =
            "shuffle-core/src/main/java/io/geminid/shuffle/service/ShuffleServer.java";
    private static final Set<String> FROM_A_SEED = Set.of("shuffle-core", "runtime-lite");
    private static final Set<String> SIMULATED =
            Set.of("shuffle-core", "state-gemini", "runtime-lite");

    /** Bytes from a peer or a file must never choose a class. Path to reason. */
    static final Map<String, String> MAY_LOAD_CLASSES = Map.of();

    /**
     * A simulator runs whole clusters in one thread from a seed: clocks and threads come by
     * constructor. These files are where a real cluster gets them from. Path to reason.
     */
    static final Map<String, String> MAY_MAKE_CLOCKS_AND_THREADS =
            Map.of(
                    HOST_ENVIRONMENT,
                    "the real host's clock and threads",
                    SHUFFLE_SERVER,
                    "a real process of its own, never part of a simulated cluster");

    /** The same for randomness. Path to reason. */
    static final Map<String, String> MAY_BE_RANDOM =
            Map.of(
                    HOST_ENVIRONMENT,
                    "the real host's source of seeds",
                    SHUFFLE_SERVER,
                    "a real process of its own, whose challenges are secret",
                    "shuffle-core/src/main/java/io/geminid/shuffle/service/AutoShuffleServiceFactory.java",
                    "tokens of connections are secret, so they must not come from a seed");

    private CallRules() {}

    /** What a rule looks for, where, with which exceptions, and what to do instead. */
    private record Rule(
            Pattern calls, Predicate<SourceFile> where, Map<String, String> allowed, String fix) {
        List<Violation> check(final SourceTree tree) {
            final List<Violation> violations = new ArrayList<>();
            final Map<String, String> unused = new TreeMap<>(allowed);
            for (final SourceFile file : tree.java(where)) {
                final List<SourceFile.Match> matches = file.find(calls);
                if (!matches.isEmpty() && unused.remove(file.path()) == null) {
                    for (final SourceFile.Match match : matches) {
                        violations.add(new Violation(file.path(), match.line(), match.text(), fix));
                    }
                }
            }
            unused.keySet()
                    .forEach(
                            path ->
                                    violations.add(
                                            new Violation(
                                                    path,
                                                    1,
                                                    "is a listed exception, but needs none",
                                                    "take it off the list in CallRules")));
            return violations;
        }
    }

    /** Main sources never let data choose a class. */
    static List<Violation> classLoading(final SourceTree tree, final Map<String, String> allowed) {
        return new Rule(
                        Pattern.compile(
                                "\\bObject(?:In|Out)putStream\\b|\\bClass\\s*\\.\\s*forName\\b"),
                        SourceFile::isMain,
                        allowed,
                        "write the fields with a serializer of ours; find implementations with"
                                + " ServiceLoader")
                .check(tree);
    }

    /** Native code has one home, whose door checks every return code. */
    static List<Violation> nativeCode(final SourceTree tree) {
        return new Rule(
                        Pattern.compile(
                                "\\bnative\\s+[\\w<>\\[\\].]+\\s+\\w+\\s*\\("
                                        + "|\\b(?:System|Runtime\\s*\\.\\s*getRuntime\\s*\\(\\s*\\))"
                                        + "\\s*(?:\\.|::)\\s*load(?:Library)?\\b"),
                        f -> !f.module().equals("native-bindings"),
                        Map.of(),
                        "declare it in native-bindings, behind an interface of io.geminid.verbs")
                .check(tree);
    }

    /** Tests wait for something, never for some time. */
    static List<Violation> sleepInTests(final SourceTree tree) {
        return new Rule(
                        Pattern.compile(
                                "\\bThread\\s*(?:\\.|::)\\s*sleep\\b|\\bSECONDS\\.sleep\\b"),
                        SourceFile::isTest,
                        Map.of(),
                        "wait for the event itself: a latch, a future, a counter, a manual clock")
                .check(tree);
    }

    /** Randomness comes from a seed. */
    static List<Violation> randomness(final SourceTree tree, final Map<String, String> allowed) {
        return new Rule(
                        Pattern.compile(
                                "\\bMath\\s*\\.\\s*random\\b|\\bThreadLocalRandom\\b"
                                        + "|\\bUUID\\s*(?:\\.|::)\\s*randomUUID\\b|\\bSecureRandom\\b"
                                        + "|\\bnew\\s+(?:Splittable)?Random\\s*\\(\\s*\\)"),
                        f -> f.isMain() && FROM_A_SEED.contains(f.module()),
                        allowed,
                        "take a random generator or an id supplier by constructor")
                .check(tree);
    }

    /** Clocks and threads come from outside, so that a simulator can bring its own. */
    static List<Violation> clocksAndThreads(
            final SourceTree tree, final Map<String, String> allowed) {
        return new Rule(
                        Pattern.compile(
                                "\\bSystem\\s*(?:\\.|::)\\s*(?:nanoTime|currentTimeMillis)\\b"
                                        + "|\\bnew\\s+Thread\\s*\\(|\\bExecutors\\s*\\.\\s*new\\w+"
                                        + "|\\bInstant\\s*(?:\\.|::)\\s*now\\b|\\bClock\\s*\\.\\s*system\\w+"
                                        + "|\\bThread\\s*\\.\\s*sleep\\b"),
                        f -> f.isMain() && SIMULATED.contains(f.module()),
                        allowed,
                        "take the clock, the executor or the thread factory by constructor; where a"
                                + " real one is made, list the file in CallRules with its reason")
                .check(tree);
    }
}
