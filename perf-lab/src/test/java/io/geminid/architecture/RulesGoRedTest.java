package io.geminid.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each rule finds a bad snippet, at its line, and leaves its good sibling alone. */
class RulesGoRedTest {
    private static final String CORE = "shuffle-core/src/main/java/io/geminid/shuffle/A.java";
    private static final String TEST = "shuffle-core/src/test/java/io/geminid/shuffle/ATest.java";

    @Test
    void arrows() {
        final Map<String, String> files = new HashMap<>();
        files.put(
                "perf-lab/src/main/java/io/geminid/perf/P.java",
                "package io.geminid.perf;\nclass P {}\n");
        files.put(
                CORE,
                "package io.geminid.shuffle;\n// io.geminid.perf\nimport io.geminid.perf.P;\n");
        assertThat(lines(ArrowRules.arrows(SourceTree.of(files)))).containsExactly(CORE + ":3");

        files.put(
                CORE, "package io.geminid.shuffle;\nclass A {\n  io.geminid.testing.Seed s;\n}\n");
        assertThat(lines(ArrowRules.arrows(SourceTree.of(files)))).containsExactly(CORE + ":3");

        files.put(
                CORE,
                "package io.geminid.shuffle;\nclass A { String s = \"io.geminid.perf.P\"; }\n");
        assertThat(ArrowRules.arrows(SourceTree.of(files))).isEmpty();

        final String unknown = "new-module/src/main/java/io/geminid/fresh/F.java";
        files.put(unknown, "package io.geminid.fresh;\nclass F {}\n");
        assertThat(lines(ArrowRules.arrows(SourceTree.of(files)))).containsExactly(unknown + ":1");
    }

    @Test
    void packagesInOneModule() {
        final String source = "package io.geminid.shuffle;\nclass A {}\n";
        final String other = "state-gemini/src/main/java/io/geminid/shuffle/B.java";
        assertThat(
                        ArrowRules.packagesInOneModule(
                                SourceTree.of(Map.of(CORE, source, other, source))))
                .hasSize(1);
        assertThat(ArrowRules.packagesInOneModule(tree(CORE, source))).isEmpty();
    }

    @Test
    void borders() {
        final String netty = "package io.geminid.shuffle;\nimport io.netty.channel.Channel;\n";
        assertThat(lines(ArrowRules.borders(tree(CORE, netty)))).containsExactly(CORE + ":2");
        assertThat(lines(ArrowRules.borders(tree(TEST, netty)))).containsExactly(TEST + ":2");
        final String home = "shuffle-tcp-fallback/src/main/java/io/geminid/shuffle/tcp/T.java";
        assertThat(ArrowRules.borders(tree(home, netty))).isEmpty();
        for (final String name :
                List.of(
                        "org.apache.flink.a.B",
                        "org.apache.spark.B",
                        "java.lang.foreign.Arena",
                        "com.ibm.disni.B",
                        "io.geminid.verbs.jni.B")) {
            assertThat(ArrowRules.borders(tree(CORE, "import " + name + ";\n"))).hasSize(1);
        }
    }

    @Test
    void classLoading() {
        for (final String call :
                List.of(
                        "new ObjectInputStream(in)",
                        "new ObjectOutputStream(o)",
                        "Class.forName(n)")) {
            final SourceTree tree = tree(CORE, inMethod(call));
            assertThat(lines(CallRules.classLoading(tree, Map.of()))).containsExactly(CORE + ":3");
            assertThat(CallRules.classLoading(tree, Map.of(CORE, "why"))).isEmpty();
        }
        assertThat(CallRules.classLoading(tree(CORE, inMethod("x()")), Map.of(CORE, "why")))
                .as("an exception that is no longer needed")
                .hasSize(1);
    }

    @Test
    void nativeCode() {
        for (final String code :
                List.of(
                        "private static native int openDevice(long name)",
                        "System.loadLibrary(n)",
                        "System.load(n)",
                        "Runtime.getRuntime().load(n)")) {
            assertThat(lines(CallRules.nativeCode(tree(CORE, inMethod(code)))))
                    .containsExactly(CORE + ":3");
            final String home = "native-bindings/src/main/java/io/geminid/verbs/A.java";
            assertThat(CallRules.nativeCode(tree(home, inMethod(code)))).isEmpty();
        }
        assertThat(CallRules.nativeCode(tree(CORE, inMethod("ServiceLoader.load(A.class)"))))
                .isEmpty();
    }

    @Test
    void sleepInTests() {
        assertThat(lines(CallRules.sleepInTests(tree(TEST, inMethod("Thread.sleep(10)")))))
                .containsExactly(TEST + ":3");
        assertThat(CallRules.sleepInTests(tree(TEST, inMethod("latch.await()")))).isEmpty();
    }

    @Test
    void randomness() {
        for (final String call :
                List.of(
                        "Math.random()",
                        "ThreadLocalRandom.current()",
                        "UUID.randomUUID()",
                        "new Random()")) {
            assertThat(lines(CallRules.randomness(tree(CORE, inMethod(call)), Map.of())))
                    .containsExactly(CORE + ":3");
        }
        assertThat(CallRules.randomness(tree(CORE, inMethod("new Random(seed)")), Map.of()))
                .isEmpty();
    }

    @Test
    void clocksAndThreads() {
        for (final String call :
                List.of(
                        "System.nanoTime()",
                        "use(System::currentTimeMillis)",
                        "new Thread(r)",
                        "Executors.newFixedThreadPool(2)",
                        "Thread.sleep(1)")) {
            final SourceTree tree = tree(CORE, inMethod(call));
            assertThat(lines(CallRules.clocksAndThreads(tree, Map.of())))
                    .containsExactly(CORE + ":3");
            assertThat(CallRules.clocksAndThreads(tree, Map.of(CORE, "why"))).isEmpty();
        }
        assertThat(CallRules.clocksAndThreads(tree(TEST, inMethod("new Thread(r)")), Map.of()))
                .isEmpty();
    }

    @Test
    void fileSize() {
        final SourceTree tree = tree(CORE, "\n".repeat(SizeRules.FILE_LINES_MAX + 1));
        assertThat(SizeRules.files(tree, Map.of())).hasSize(1);
        assertThat(SizeRules.files(tree, Map.of(CORE, SizeRules.FILE_LINES_MAX + 1))).isEmpty();
        assertThat(SizeRules.files(tree, Map.of(CORE, SizeRules.FILE_LINES_MAX + 9)))
                .as("the ratchet only goes down")
                .hasSize(1);
        assertThat(SizeRules.files(tree(CORE, "\n".repeat(SizeRules.FILE_LINES_MAX)), Map.of()))
                .isEmpty();
    }

    @Test
    void methodSize() {
        final String fits = "x();\n".repeat(SizeRules.METHOD_LINES_MAX - 3);
        assertThat(SizeRules.methods(tree(CORE, inMethod(fits)), Map.of())).isEmpty();
        final SourceTree tree = tree(CORE, inMethod("x();\n" + fits));
        assertThat(lines(SizeRules.methods(tree, Map.of()))).containsExactly(CORE + ":2");
        final int size = SizeRules.METHOD_LINES_MAX + 1;
        assertThat(SizeRules.methods(tree, Map.of(CORE + "#m", size))).isEmpty();
    }

    @Test
    void parameterCount() {
        final String six = "class A {\n  void m(int a, int b, int c, int d, int e, int f) {}\n}\n";
        final String source = "package io.geminid.shuffle;" + six;
        assertThat(lines(SizeRules.parameters(tree(CORE, source), Map.of())))
                .containsExactly(CORE + ":2");
        assertThat(
                        SizeRules.parameters(
                                tree(CORE, "package io.geminid.shuffle.wire;" + six), Map.of()))
                .isEmpty();
        assertThat(SizeRules.parameters(tree(CORE, source), Map.of(CORE + "#m()", 6))).isEmpty();
    }

    @Test
    void packageSize() {
        final Map<String, String> files = new HashMap<>();
        for (int i = 0; i < SizeRules.TYPES_PER_PACKAGE_MAX; i++) {
            files.put(CORE.replace("A.java", "A" + i + ".java"), typeIn("A" + i));
        }
        assertThat(SizeRules.packages(SourceTree.of(files), Map.of())).isEmpty();
        files.put(CORE, typeIn("A"));
        assertThat(SizeRules.packages(SourceTree.of(files), Map.of())).hasSize(1);
    }

    @Test
    void packageInfo() {
        final String info = CORE.replace("A.java", "package-info.java");
        assertThat(lines(TextRules.packageInfo(tree(CORE, typeIn("A")))))
                .containsExactly(info + ":1");
        final String explained = "/** Moves records. */\npackage io.geminid.shuffle;\n";
        assertThat(TextRules.packageInfo(SourceTree.of(Map.of(CORE, typeIn("A"), info, explained))))
                .isEmpty();
    }

    @Test
    void javadoc() {
        assertThat(
                        lines(
                                TextRules.javadoc(
                                        tree(CORE, "package p;\n\npublic record A(int x) {}\n"))))
                .containsExactly(CORE + ":3");
        assertThat(
                        lines(
                                TextRules.javadoc(
                                        tree(CORE, "/** A. */\nclass A {\npublic enum B {}\n}\n"))))
                .containsExactly(CORE + ":3");
        assertThat(
                        TextRules.javadoc(
                                tree(CORE, "/** A. */\n@X({1, 2})\npublic final class A {}\n")))
                .isEmpty();
    }

    @Test
    void words() {
        for (final String word : List.of("TO" + "DO", "FIX" + "ME")) {
            assertThat(lines(TextRules.leftForLater(tree("a.md", "x\n// " + word + ": y"))))
                    .containsExactly("a.md:2");
        }
        for (final String host :
                List.of(
                        "repo.maven." + "apache.org",
                        "deb." + "debian.org",
                        "registry." + "npmjs.org")) {
            assertThat(
                            lines(
                                    TextRules.registryHosts(
                                            tree("a.xml", "<u>https://" + host + "/x</u>"))))
                    .containsExactly("a.xml:1");
        }
        assertThat(TextRules.registryHosts(tree("pom.xml", "http://maven.apache.org/POM/4.0.0")))
                .isEmpty();
        for (final String path : List.of("/ho" + "me/me/x", "/ro" + "ot/x")) {
            assertThat(lines(TextRules.machinePaths(tree("run", "cd " + path + "\n"))))
                    .containsExactly("run:1");
        }
        assertThat(TextRules.machinePaths(tree("run", "cd $PWD/home/x target/work/y"))).isEmpty();
    }

    @Test
    void testNames() {
        final String source = "class A {\n  @Test\n  void works() {}\n}\n";
        final String skipped = TEST.replace("ATest", "AChecks");
        assertThat(lines(TextRules.testNames(tree(skipped, source))))
                .containsExactly(skipped + ":2");
        assertThat(TextRules.testNames(tree(TEST, source))).isEmpty();
        assertThat(TextRules.testNames(tree(skipped, "abstract " + source))).isEmpty();
    }

    @Test
    void deviceTags() {
        final String tag = "@Tag" + "(\"rdma-memlock\")\n";
        assertThat(TextRules.deviceTags(tree(TEST, tag + "class A {}\n"))).isEmpty();
        assertThat(lines(TextRules.deviceTags(tree(TEST, "\n" + tag + "abstract class A {}\n"))))
                .containsExactly(TEST + ":2");
        final String unknown = tag.replace("memlock", "other");
        assertThat(TextRules.deviceTags(tree(TEST, unknown + "class A {}\n"))).hasSize(1);
    }

    private static SourceTree tree(final String path, final String text) {
        return SourceTree.of(Map.of(path, text));
    }

    private static String inMethod(final String statement) {
        return "class A {\n  void m() {\n" + statement + ";\n}\n}\n";
    }

    private static String typeIn(final String name) {
        return "package io.geminid.shuffle;\nclass " + name + " {}\n";
    }

    private static List<String> lines(final List<Violation> violations) {
        return violations.stream().map(v -> v.path() + ":" + v.line()).toList();
    }
}
