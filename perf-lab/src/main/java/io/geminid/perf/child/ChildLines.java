package io.geminid.perf.child;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The child's end of {@link ChildJvm}: says that it is ready, answers each line, and ends with
 * {@code quit} or with its standard input, so that it never outlives the command.
 */
public final class ChildLines {

    /** The word of the first line. */
    static final String READY = "ready";

    /** The word that ends it. */
    static final String QUIT = "quit";

    private ChildLines() {}

    /** Answers what {@link ChildJvm#ask} asks. */
    @FunctionalInterface
    public interface Answers {

        /**
         * Does what is asked for.
         *
         * @param word what to do
         * @param arguments for it
         * @return one line, without the word
         * @throws Exception ends the child
         */
        Object answer(String word, String[] arguments) throws Exception;
    }

    /**
     * Serves until it is over.
     *
     * @param ready what {@link ChildJvm#ready} is to be
     * @param answers called on this thread
     * @throws Exception from an answer
     */
    public static void serve(final String ready, final Answers answers) throws Exception {
        say(READY, ready);
        final BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = readLine(lines);
        while (line != null) {
            final String[] words = line.split(" ");
            say(words[0], answers.answer(words[0], Arrays.copyOfRange(words, 1, words.length)));
            line = readLine(lines);
        }
    }

    private static String readLine(final BufferedReader lines) throws IOException {
        final String line = lines.readLine();
        return QUIT.equals(line) ? null : line;
    }

    private static void say(final String word, final Object rest) {
        System.out.println(word + " " + rest);
        System.out.flush();
    }
}
