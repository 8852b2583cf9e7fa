package io.geminid.perf.child;

import io.geminid.perf.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM that is measured, spoken to by lines. Used by one thread. */
public final class ChildJvm implements AutoCloseable {

    private static final int END_SECONDS_MAX = 5;

    private final Process process;
    private final BufferedReader from;
    private final Writer to;
    private final String ready;

    /**
     * Starts a JVM and waits until it is ready.
     *
     * @param flags of the JVM; the same for all subjects
     * @param main what it runs: something that uses {@link ChildLines}
     * @param arguments for it
     * @throws IOException if there is no JVM
     * @throws CommandFailure if it ended before it was ready
     */
    public ChildJvm(final List<String> flags, final Class<?> main, final String... arguments)
            throws IOException {
        this(flags, System.getProperty("java.class.path"), main.getName(), arguments);
    }

    /**
     * Starts a JVM that has other classes than this one.
     *
     * @param flags of the JVM
     * @param classPath where it finds {@link ChildLines}, too
     * @param main name of the class it runs
     * @param arguments for it
     * @throws IOException if there is no JVM
     * @throws CommandFailure if it ended before it was ready
     */
    public ChildJvm(
            final List<String> flags,
            final String classPath,
            final String main,
            final String... arguments)
            throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(flagsOfThisJvm());
        command.add("-cp");
        command.add(classPath);
        command.add(main);
        command.addAll(List.of(arguments));
        process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        from = process.inputReader(StandardCharsets.UTF_8);
        to = process.outputWriter(StandardCharsets.UTF_8);
        try {
            ready = expect(ChildLines.READY);
        } catch (final IOException | CommandFailure e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /**
     * What the child said when it was ready.
     *
     * @return behind that word; may be empty
     */
    public String ready() {
        return ready;
    }

    /**
     * Asks for something and waits for the answer.
     *
     * @param word what to do; the answer begins with it
     * @param arguments for it
     * @return what is behind the word
     * @throws IOException if the child cannot be reached
     * @throws CommandFailure if it ended instead
     */
    public String ask(final String word, final Object... arguments) throws IOException {
        final StringBuilder line = new StringBuilder(word);
        for (final Object argument : arguments) {
            line.append(' ').append(argument);
        }
        to.write(line.append('\n').toString());
        to.flush();
        return expect(word);
    }

    private String expect(final String word) throws IOException {
        String line = from.readLine();
        while (line != null && !line.equals(word) && !line.startsWith(word + " ")) {
            line = from.readLine();
        }
        if (line == null) {
            throw new CommandFailure(
                    "a measured process ended before it said " + word + "; its errors are above");
        }
        return line.substring(word.length()).trim();
    }

    /** Flags that keep a JDK quiet about our libraries are for children too. */
    private static List<String> flagsOfThisJvm() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .toList();
    }

    @Override
    public void close() {
        try {
            to.write(ChildLines.QUIT + "\n");
            to.close();
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (final IOException e) {
            process.destroyForcibly(); // it has ended, or will
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
