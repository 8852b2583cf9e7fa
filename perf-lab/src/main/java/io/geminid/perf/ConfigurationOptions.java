package io.geminid.perf;

import io.geminid.config.ConfigException;
import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.state.provider.StateStores;
import java.util.Map;
import java.util.TreeMap;
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
        return properties(spec, Map.of());
    }

    /**
     * Whether a key was set, to whatever.
     *
     * @param key which
     * @return false if a command may choose
     */
    public boolean sets(final ConfigKey<?> key) {
        return entries.containsKey(key.name());
    }

    /**
     * Checks what was set, by this option and by others that stand for a key.
     *
     * @param spec the command the option belongs to, for messages
     * @param byOthers win over what this option set
     * @return the configuration
     */
    public GeminidProperties properties(
            final CommandSpec spec, final Map<String, String> byOthers) {
        for (final String key : entries.keySet()) {
            if (!key.startsWith("geminid.")) {
                throw new ParameterException(
                        spec.commandLine(), "--set " + key + ": keys start with geminid.");
            }
        }
        try {
            final Map<String, String> all = new TreeMap<>(entries);
            all.putAll(byOthers);
            final GeminidProperties properties = GeminidProperties.of(all, ConfigurationKeys.all());
            ConfigurationKeys.stateStores().named(properties.get(StateStores.STORE));
            return properties;
        } catch (final ConfigException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
