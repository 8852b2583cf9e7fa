package io.geminid.architecture;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Every rule, over the checkout. That each rule can fail is shown in the other tests here. */
class TreeRulesTest {
    private static final SourceTree TREE = SourceTree.ofCheckout();

    @Test
    void theTreeIsReallyRead() {
        Assertions.assertTrue(TREE.main().size() > 10, "main sources: " + TREE.main().size());
    }

    @Test
    void modulesUseOnlyWhatTheDesignAllows() {
        none(ArrowRules.arrows(TREE));
    }

    @Test
    void packagesAreInOneModule() {
        none(ArrowRules.packagesInOneModule(TREE));
    }

    @Test
    void librariesStayBehindTheirBorders() {
        none(ArrowRules.borders(TREE));
    }

    @Test
    void dataNeverChoosesAClass() {
        none(CallRules.classLoading(TREE, CallRules.MAY_LOAD_CLASSES));
    }

    @Test
    void nativeCodeHasOneHome() {
        none(CallRules.nativeCode(TREE));
    }

    @Test
    void testsDoNotSleep() {
        none(CallRules.sleepInTests(TREE));
    }

    @Test
    void randomnessComesFromASeed() {
        none(CallRules.randomness(TREE, CallRules.MAY_BE_RANDOM));
    }

    @Test
    void clocksAndThreadsComeFromOutside() {
        none(CallRules.clocksAndThreads(TREE, CallRules.MAY_MAKE_CLOCKS_AND_THREADS));
    }

    @Test
    void filesAreSmall() {
        none(SizeRules.files(TREE, SizeRules.LARGER));
    }

    @Test
    void methodsAreSmall() {
        none(SizeRules.methods(TREE, SizeRules.LARGER));
    }

    @Test
    void methodsHaveFewParameters() {
        none(SizeRules.parameters(TREE, SizeRules.LARGER));
    }

    @Test
    void packagesAreSmall() {
        none(SizeRules.packages(TREE, SizeRules.LARGER));
    }

    @Test
    void packagesSayWhatTheyAreFor() {
        none(TextRules.packageInfo(TREE));
    }

    @Test
    void publicTypesHaveJavadoc() {
        none(TextRules.javadoc(TREE));
    }

    @Test
    void nothingIsLeftForLater() {
        none(TextRules.leftForLater(TREE));
    }

    @Test
    void noFileNamesARegistryHost() {
        none(TextRules.registryHosts(TREE));
    }

    @Test
    void noFileNamesAPathOfOneMachine() {
        none(TextRules.machinePaths(TREE));
    }

    @Test
    void everyTestIsRun() {
        none(TextRules.testNames(TREE));
        none(TextRules.deviceTags(TREE));
    }

    private static void none(final List<Violation> violations) {
        if (!violations.isEmpty()) {
            Assertions.fail(
                    violations.size()
                            + " violation(s)\n"
                            + violations.stream()
                                    .map(Violation::toString)
                                    .collect(Collectors.joining("\n")));
        }
    }
}
