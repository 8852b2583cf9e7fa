package io.geminid.perf.report;

import io.geminid.config.Units;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every benchmark's command does alike: wrong usage, progress, and where its report goes. */
public final class ReportOptions {

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the report as JSON.")
    private Path json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * Where people read.
     *
     * @return the command's own
     */
    public PrintWriter out() {
        return command.commandLine().getOut();
    }

    /**
     * Refuses wrong usage.
     *
     * @param right whether all is well
     * @param message names the option and what it should be
     * @throws ParameterException if not
     */
    public void check(final boolean right, final String message) {
        if (!right) {
            throw new ParameterException(command.commandLine(), message);
        }
    }

    /**
     * Reads a size.
     *
     * @param option whose it is, for messages
     * @param size such as {@code 512mb}
     * @return bytes
     * @throws ParameterException if it is none
     */
    public long bytes(final String option, final String size) {
        try {
            return Units.parseBytes(size);
        } catch (final IllegalArgumentException | ArithmeticException e) {
            throw new ParameterException(
                    command.commandLine(), option + ": " + size + ": " + e.getMessage(), e);
        }
    }

    /**
     * Tells somebody who watches what is being measured.
     *
     * @param what a line
     */
    public void progress(final String what) {
        if (System.console() != null) {
            command.commandLine().getErr().println(what);
        }
    }

    /**
     * Writes the report for programs, if that was asked for.
     *
     * @param report whole
     * @throws IOException if it cannot be written
     */
    public void writeJson(final Report report) throws IOException {
        if (json != null) {
            report.writeJson(json);
        }
    }
}
