package io.geminid.runtime.simulation.scenario;

import io.geminid.runtime.simulation.scenario.ScenarioRun.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code runtime-lite/simulate}: see there. */
public final class CampaignMain {

    /** Where logging is configured. */
    public static final String LOGGING = "logback.configurationFile";

    /** How the line of a seed that fails begins. */
    public static final String FAILED = "FAILED seed=";

    private CampaignMain() {}

    /**
     * Runs seeds.
     *
     * @param arguments the first seed, how many, how many threads, and after how many failures to
     *     end; or one seed, which is told about in full
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        final List<Long> numbers = List.of(arguments).stream().map(Long::valueOf).toList();
        final Path directory = Files.createTempDirectory("geminid-simulate");
        final boolean right;
        if (numbers.size() == 1) {
            right = tell(Campaign.runOne(numbers.get(0), directory));
        } else {
            final Campaign campaign =
                    new Campaign(
                                    numbers.get(0),
                                    numbers.get(1),
                                    Math.toIntExact(numbers.get(3)),
                                    directory)
                            .run(Math.toIntExact(numbers.get(2)));
            System.out.println(campaign.summary());
            right = campaign.failures().isEmpty() && campaign.missing().isEmpty();
        }
        Files.delete(directory);
        System.exit(right ? 0 : 1);
    }

    private static boolean tell(final Outcome outcome) {
        System.out.println(outcome.scenario());
        System.out.println(outcome.lastMessages());
        System.out.println("reached: " + outcome.reached());
        if (outcome.failure() != null) {
            outcome.failure().printStackTrace(System.out);
        }
        System.out.printf(
                "seed=%d %s trace=%d%n",
                outcome.scenario().seed(),
                outcome.failure() == null ? "passed" : "FAILED",
                outcome.trace());
        return outcome.failure() == null;
    }
}
