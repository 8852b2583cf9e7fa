package io.geminid.architecture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Which module may use which, and which libraries stay in which module. */
final class ArrowRules {
    private static final Set<String> SHUFFLE =
            Set.of("shuffle-core", "shuffle-tcp-fallback", "shuffle-rdma");

    /** Main sources of a module may use these modules of ours; every module has a line here. */
    private static final Map<String, Set<String>> MAY_USE = mayUse();

    /** Packages of others, and the only modules that may name them, in main and test sources. */
    private static final Map<String, Set<String>> BORDERS = borders();

    private static final Pattern OURS = Pattern.compile("\\bio\\.geminid(?:\\.[a-z_][a-z0-9_]*)+");

    private ArrowRules() {}

    private static Map<String, Set<String>> mayUse() {
        final Map<String, Set<String>> map = new LinkedHashMap<>();
        map.put("native-bindings", Set.of());
        map.put("memory-manager", Set.of());
        map.put("shuffle-core", Set.of("memory-manager"));
        map.put("state-gemini", Set.of("memory-manager"));
        map.put("shuffle-tcp-fallback", Set.of("shuffle-core", "memory-manager"));
        map.put("shuffle-rdma", Set.of("shuffle-core", "memory-manager", "native-bindings"));
        map.put("runtime-lite", Set.of("shuffle-core", "state-gemini", "memory-manager"));
        map.put("engine-flink", engine());
        map.put("engine-spark", engine());
        map.put("deploy/yarn", Set.of("shuffle-core", "shuffle-tcp-fallback", "memory-manager"));
        map.put(
                "perf-lab",
                Set.of(
                        "native-bindings",
                        "memory-manager",
                        "shuffle-core",
                        "shuffle-tcp-fallback",
                        "shuffle-rdma",
                        "state-gemini",
                        "runtime-lite",
                        "engine-flink",
                        "engine-spark"));
        return map;
    }

    private static Set<String> engine() {
        final Set<String> set = new java.util.HashSet<>(SHUFFLE);
        set.add("state-gemini");
        set.add("memory-manager");
        return set;
    }

    private static Map<String, Set<String>> borders() {
        final Map<String, Set<String>> map = new LinkedHashMap<>();
        map.put("org.apache.flink", Set.of("engine-flink"));
        map.put("org.apache.spark", Set.of("engine-spark"));
        map.put("org.apache.hadoop", Set.of("deploy/yarn"));
        map.put("io.netty", Set.of("shuffle-tcp-fallback", "perf-lab"));
        map.put("com.ibm.disni", Set.of("native-bindings"));
        // What is behind the door of the verbs.
        map.put("io.geminid.verbs.disni", Set.of("native-bindings"));
        map.put("io.geminid.verbs.jni", Set.of("native-bindings"));
        map.put("io.geminid.verbs.load", Set.of("native-bindings"));
        map.put("info.picocli", Set.of("perf-lab"));
        map.put("picocli", Set.of("perf-lab"));
        map.put("org.openjdk.jmh", Set.of("perf-lab"));
        map.put("org.rocksdb", Set.of("state-gemini"));
        map.put("software.amazon.awssdk", Set.of("state-gemini"));
        map.put("java.lang.foreign", Set.of());
        map.put("net.jpountz", Set.of("shuffle-core", "state-gemini"));
        map.put("com.github.luben", Set.of("shuffle-core"));
        return map;
    }

    /** Main sources use only the modules that the design allows. */
    static List<Violation> arrows(final SourceTree tree) {
        final Map<String, Set<String>> modulesByPackage = tree.modulesByPackage();
        final List<Violation> violations = new ArrayList<>();
        for (final SourceFile file : tree.main()) {
            final Set<String> allowed = MAY_USE.get(file.module());
            if (allowed == null) {
                violations.add(
                        new Violation(
                                file.path(),
                                1,
                                "module " + file.module() + " is in no list",
                                "add it to MAY_USE in ArrowRules, with what it may use"));
                continue;
            }
            for (final SourceFile.Match match : file.find(OURS)) {
                final String used = owner(match.text(), modulesByPackage);
                if (used == null) {
                    violations.add(
                            new Violation(
                                    file.path(),
                                    match.line(),
                                    match.text() + " is in no module's main sources",
                                    "main code cannot use test code; check the name"));
                } else if (!used.equals(file.module()) && !allowed.contains(used)) {
                    violations.add(
                            new Violation(
                                    file.path(),
                                    match.line(),
                                    file.module() + " uses " + match.text() + " of " + used,
                                    "it may use only "
                                            + allowed
                                            + ": pass what it needs through an interface there"));
                }
            }
        }
        return violations;
    }

    /** A package has its main sources in one module only. */
    static List<Violation> packagesInOneModule(final SourceTree tree) {
        final List<Violation> violations = new ArrayList<>();
        new TreeMap<>(tree.modulesByPackage())
                .forEach(
                        (name, modules) -> {
                            if (modules.size() > 1) {
                                violations.add(
                                        new Violation(
                                                modules.toString(),
                                                1,
                                                "package " + name + " is in several modules",
                                                "rename it in all but one"));
                            }
                        });
        return violations;
    }

    /** Libraries with a home stay there. */
    static List<Violation> borders(final SourceTree tree) {
        final List<Violation> violations = new ArrayList<>();
        BORDERS.forEach(
                (prefix, modules) -> {
                    final Pattern pattern =
                            Pattern.compile("(?<![\\w.])" + Pattern.quote(prefix) + "\\.");
                    for (final SourceFile file : tree.mainAndTest()) {
                        if (!modules.contains(file.module())) {
                            for (final SourceFile.Match match : file.find(pattern)) {
                                violations.add(
                                        new Violation(
                                                file.path(),
                                                match.line(),
                                                prefix + " is used in " + file.module(),
                                                modules.isEmpty()
                                                        ? "it is used nowhere on JDK 17"
                                                        : "only " + modules + " may name it"));
                            }
                        }
                    }
                });
        return violations;
    }

    private static String owner(final String name, final Map<String, Set<String>> modules) {
        String prefix = name;
        while (prefix.contains(".")) {
            if (modules.containsKey(prefix)) {
                return modules.get(prefix).iterator().next();
            }
            prefix = prefix.substring(0, prefix.lastIndexOf('.'));
        }
        return null;
    }
}
