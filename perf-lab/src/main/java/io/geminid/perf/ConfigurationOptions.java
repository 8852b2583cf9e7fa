package io.geminid.perf;

import io.geminid.config.ConfigException;
import io.geminid.config.GeminidProperties;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The option with which any {@code geminid.*} key can be set. */
public final class ConfigurationOptions {

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets a geminid.* key; may be given several times.")
    private Map<String, String> entries = Map.of();

    /**
     * Checks what was set.
     *
     * @param spec the command the option belongs to, for messages
     * @return the configuration
     */
    public GeminidProperties properties(final CommandSpec spec) {
        for (final String key : entries.keySet()) {
            if (!key.startsWith("geminid.")) {
                throw new ParameterException(
                        spec.commandLine(), "--set " + key + ": keys start with geminid.");
            }
        }
        try {
            return GeminidProperties.of(entries, ConfigurationKeys.all());
        } catch (final ConfigException e) {
            throw new ParameterException(spec.commandLine(), "--set: " + e.getMessage(), e);
        }
    }
}
