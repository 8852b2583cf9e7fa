package io.geminid.perf;

import io.geminid.perf.blocking.BlockingCommand;
import io.geminid.perf.checkpoint.CheckpointCommand;
import io.geminid.perf.demo.DemoCommand;
import io.geminid.perf.doctor.DoctorCommand;
import io.geminid.perf.failover.FailoverCommand;
import io.geminid.perf.service.ShuffleServiceCommand;
import io.geminid.perf.shuffle.ShuffleCommand;
import io.geminid.perf.sort.SortCommand;
import io.geminid.perf.state.StateCommand;
import io.geminid.perf.verify.VerifyCommand;
import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root command. Exit codes: 0 done, 1 the thing failed, 2 wrong usage. */
@Command(
        name = "geminid",
        description = "A shuffle and state engine on off-heap memory, for RDMA and TCP networks.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            DemoCommand.class,
            DoctorCommand.class,
            Geminid.Perf.class,
            Geminid.Run.class,
            ShuffleServiceCommand.class,
            VerifyCommand.class,
            AutoComplete.GenerateCompletion.class,
            CommandLine.HelpCommand.class
        },
        footer = {
            "",
            "Also: `./geminid test` builds everything and runs all tests.",
            "Exit codes: 0 done, 1 the thing failed, 2 wrong usage."
        })
public final class Geminid implements Runnable {

    /** The thing failed. */
    public static final int EXIT_FAILED = 1;

    /** The command line is wrong. */
    public static final int EXIT_USAGE = 2;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /**
     * Runs a command and ends the process with its exit code.
     *
     * @param args the command line
     */
    public static void main(final String[] args) {
        System.exit(commandLine().execute(args));
    }

    /**
     * The commands, ready to execute; tests call this.
     *
     * @return with error messages on one line and exit codes as designed
     */
    public static CommandLine commandLine() {
        return new CommandLine(new Geminid())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Geminid::wrongUsage)
                .setExecutionExceptionHandler(Geminid::failed);
    }

    private static int wrongUsage(final ParameterException e, final String[] args) {
        final CommandLine command = e.getCommandLine();
        final PrintWriter err = command.getErr();
        err.println(command.getCommandName() + ": " + e.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
        err.println("try: ./" + command.getCommandSpec().qualifiedName() + " --help");
        return EXIT_USAGE;
    }

    private static int failed(
            final Exception e, final CommandLine command, final CommandLine.ParseResult parsed) {
        final PrintWriter err = command.getErr();
        if (e instanceof CommandFailure) {
            err.println(command.getCommandName() + ": " + e.getMessage());
        } else {
            err.println(command.getCommandName() + ": unexpected failure, please report it");
            e.printStackTrace(err);
        }
        return EXIT_FAILED;
    }

    /** The group of benchmarks. */
    @Command(
            name = "perf",
            description = "Measures, side by side with peers in the same run.",
            mixinStandardHelpOptions = true,
            subcommands = {
                ShuffleCommand.class,
                BlockingCommand.class,
                StateCommand.class,
                CheckpointCommand.class,
                FailoverCommand.class
            })
    static final class Perf implements Runnable {

        @Spec private CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(
                    spec.commandLine(),
                    "say what to measure: shuffle, blocking, state, checkpoint or failover");
        }
    }

    /** The group of jobs. */
    @Command(
            name = "run",
            description = "Runs a job on files of yours.",
            mixinStandardHelpOptions = true,
            subcommands = {SortCommand.class})
    static final class Run implements Runnable {

        @Spec private CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "say what to run: sort");
        }
    }
}
