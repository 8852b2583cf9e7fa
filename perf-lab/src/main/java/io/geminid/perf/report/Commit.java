package io.geminid.perf.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Which commit the working directory is at. */
public final class Commit {

    private static final int GIT_SECONDS_MAX = 5;

    private Commit() {}

    /**
     * Asks git.
     *
     * @return an abbreviated hash, with {@code -dirty} behind it if files were changed; {@code
     *     "unknown"} where there is no git or no checkout
     */
    public static String ofThisTree() {
        try {
            final Process git =
                    new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=12")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            final String answer =
                    new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            final boolean ended = git.waitFor(GIT_SECONDS_MAX, TimeUnit.SECONDS);
            return ended && git.exitValue() == 0 && !answer.isEmpty() ? answer : "unknown";
        } catch (final IOException e) {
            return "unknown";
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
