package io.geminid.flink;

import io.geminid.config.ConfigException;
import io.geminid.flink.state.GeminiStateBackend;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.state.StateBackendFactory;

/** What {@code state.backend.type} names: keyed state outside the heap, in the Gemini store. */
public final class GeminiStateBackendFactory implements StateBackendFactory<GeminiStateBackend> {

    /** Called by Flink. */
    public GeminiStateBackendFactory() {}

    @Override
    public GeminiStateBackend createFromConfig(
            final ReadableConfig config, final ClassLoader classLoader) {
        try {
            return new GeminiStateBackend().configure(config, classLoader);
        } catch (final ConfigException e) {
            throw new IllegalConfigurationException("state.backend.type is Gemini's: " + e, e);
        }
    }
}
