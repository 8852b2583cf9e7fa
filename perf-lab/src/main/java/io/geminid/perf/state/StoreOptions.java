package io.geminid.perf.state;

import io.geminid.config.ConfigException;
import io.geminid.perf.ConfigurationOptions;
import io.geminid.perf.report.ReportOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which stores are measured, and what each may use. */
public final class StoreOptions {

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "STORE",
            defaultValue = "rocksdb,heap",
            description = "Measured in turns with gemini: rocksdb, heap.")
    private List<String> peers;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "4gb",
            description = "What a store outside the Java heap may use.")
    private String memory;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description =
                    "For files of stores and snapshots; the system's temporary one by default.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Mixin private ConfigurationOptions configuration;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * What was given, whoever knows it.
     *
     * @return names
     */
    public List<String> peers() {
        return peers;
    }

    /**
     * Who is measured.
     *
     * @return Gemini, if it is there, and then the peers
     * @throws ParameterException if there is no such store
     */
    public List<String> subjects() {
        try {
            return StateSubjects.of(peers);
        } catch (final ConfigException e) {
            throw new ParameterException(command.commandLine(), "--peers: " + e.getMessage(), e);
        }
    }

    /**
     * Peers where others than stores are measured: none if nothing was said.
     *
     * @param known who can be
     * @return those that were named
     * @throws ParameterException if another one was
     */
    public List<String> peersOf(final String... known) {
        if (!command.commandLine().getParseResult().hasMatchedOption("--peers")) {
            return List.of();
        }
        for (final String peer : peers) {
            if (!List.of(known).contains(peer)) {
                throw new ParameterException(
                        command.commandLine(),
                        "--peers: " + peer + " is none of " + List.of(known));
            }
        }
        return List.copyOf(peers);
    }

    /**
     * What a store outside the Java heap may use.
     *
     * @param report reads sizes
     * @return bytes
     * @throws ParameterException if that is no size
     */
    public long memoryBytes(final ReportOptions report) {
        return report.bytes("--memory", memory);
    }

    /**
     * For the files of stores and snapshots.
     *
     * @return exists
     * @throws ParameterException if it does not
     */
    public Path directory() {
        if (!Files.isDirectory(directory)) {
            throw new ParameterException(
                    command.commandLine(), "--directory: " + directory + " is no directory");
        }
        return directory;
    }

    /**
     * What the user has set.
     *
     * @return by key
     * @throws ParameterException if a key or value is wrong
     */
    public Map<String, String> set() {
        return configuration.properties(command).entries();
    }
}
