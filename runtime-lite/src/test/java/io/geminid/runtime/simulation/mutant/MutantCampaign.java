package io.geminid.runtime.simulation.mutant;

import io.geminid.runtime.simulation.scenario.CampaignMain;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** {@code runtime-lite/simulate --mutants}: which of the mutants scenarios find, and how soon. */
public final class MutantCampaign {

    private MutantCampaign() {}

    /**
     * Runs scenarios against mutants, one mutant after the other, each in a JVM of its own.
     *
     * @param arguments the project's directory, how many seeds at most for each, and names of
     *     mutants, or none for all
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        final Path root = Path.of(arguments[0]);
        final Set<String> names = named(arguments);
        int killed = 0;
        final List<String> survivors = new ArrayList<>();
        for (final Mutant mutant : Mutant.all()) {
            if (!names.isEmpty() && !names.contains(mutant.name())) {
                continue;
            }
            final String found = finds(root, mutant, arguments[1]);
            System.out.printf(
                    "%-9s %-34s %s%n          %s%n",
                    found == null ? "SURVIVED" : "killed",
                    mutant.name(),
                    mutant.wrong(),
                    found == null ? arguments[1] + " seeds passed" : found);
            if (found == null) {
                survivors.add(mutant.name());
            } else {
                killed++;
            }
        }
        System.out.printf(
                "mutants=%d killed=%d survived=%s%n", killed + survivors.size(), killed, survivors);
        System.exit(survivors.isEmpty() ? 0 : 1);
    }

    private static Set<String> named(final String[] arguments) {
        return Set.copyOf(List.of(arguments).subList(2, arguments.length));
    }

    /**
     * Runs seeds until one fails.
     *
     * @param root the project's directory
     * @param mutant against which
     * @param seeds how many at most
     * @return what the campaign said of the first that failed; null if none did
     */
    static String finds(final Path root, final Mutant mutant, final String seeds)
            throws IOException, InterruptedException {
        final Path classes = Files.createTempDirectory("geminid-mutant");
        try {
            new MutantCompiler(root).compile(mutant, classes);
            return run(classes, seeds);
        } finally {
            try (Stream<Path> all = Files.walk(classes)) {
                for (final Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /** Off, whatever the calling process has. */
    private static String logging() {
        return MutantCampaign.class.getResource("/logback-off.xml").toString();
    }

    private static String run(final Path classes, final String seeds)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-ea");
        command.add("-Xmx1g");
        command.add("-XX:+UseSerialGC");
        command.add("-D" + CampaignMain.LOGGING + "=" + logging());
        command.add("-cp");
        command.add(classes + File.pathSeparator + System.getProperty("java.class.path"));
        command.add(CampaignMain.class.getName());
        command.addAll(List.of("1", seeds, "1", "1"));
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String failed = null;
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(CampaignMain.FAILED)) {
                    failed = line.substring(0, Math.min(line.length(), 160));
                }
            }
        }
        if (process.waitFor() == 0) {
            return null;
        }
        return failed == null ? "exitCode=" + process.exitValue() : failed;
    }
}
