package io.geminid.flink.state;

import io.geminid.flink.FlinkStateOptions;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.AbstractManagedMemoryStateBackend;
import org.apache.flink.runtime.state.BackendBuildingException;
import org.apache.flink.runtime.state.ConfigurableStateBackend;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.apache.flink.runtime.state.OperatorStateBackend;

/**
 * Keyed state outside the heap, in the Gemini store; operator state on the heap, as everywhere in
 * Flink. The JobManager makes it from the configuration and sends it to the TaskManagers.
 */
public final class GeminiStateBackend extends AbstractManagedMemoryStateBackend
        implements ConfigurableStateBackend {

    private static final long serialVersionUID = 1L;
    private static final String NAMESPACE = "geminid.";

    /** The {@code geminid.*} entries of the configuration. */
    private final TreeMap<String, String> entries;

    private final boolean incremental;

    /** With nothing configured. */
    public GeminiStateBackend() {
        this(new TreeMap<>(), CheckpointingOptions.INCREMENTAL_CHECKPOINTS.defaultValue());
    }

    private GeminiStateBackend(final TreeMap<String, String> entries, final boolean incremental) {
        this.entries = entries;
        this.incremental = incremental;
    }

    /**
     * The same as configured.
     *
     * @throws io.geminid.config.ConfigException for an unknown {@code geminid.*} key (names the
     *     nearest) or a value that cannot be read
     */
    @Override
    public GeminiStateBackend configure(final ReadableConfig config, final ClassLoader loader) {
        final TreeMap<String, String> configured = new TreeMap<>(entries);
        for (final Map.Entry<String, String> entry : config.toMap().entrySet()) {
            if (entry.getKey().startsWith(NAMESPACE)) {
                configured.put(entry.getKey(), entry.getValue());
            }
        }
        FlinkStateOptions.from(configured);
        final GeminiStateBackend backend =
                new GeminiStateBackend(
                        configured,
                        config.getOptional(CheckpointingOptions.INCREMENTAL_CHECKPOINTS)
                                .orElse(incremental));
        backend.latencyTrackingConfigBuilder = latencyTrackingConfigBuilder.configure(config);
        backend.sizeTrackingConfigBuilder = sizeTrackingConfigBuilder.configure(config);
        return backend;
    }

    @Override
    public String getName() {
        return "gemini";
    }

    @Override
    public boolean supportsNoClaimRestoreMode() {
        return true;
    }

    @Override
    public boolean supportsSavepointFormat(final SavepointFormatType formatType) {
        return true;
    }

    @Override
    public <K> AbstractKeyedStateBackend<K> createKeyedStateBackend(
            final KeyedStateBackendParameters<K> parameters) throws IOException {
        return new GeminiKeyedStateBackendBuilder<>(
                        parameters, FlinkStateOptions.from(entries), incremental)
                .build(
                        latencyTrackingConfigBuilder
                                .setMetricGroup(parameters.getMetricGroup())
                                .build(),
                        sizeTrackingConfigBuilder
                                .setMetricGroup(parameters.getMetricGroup())
                                .build());
    }

    @Override
    public OperatorStateBackend createOperatorStateBackend(
            final OperatorStateBackendParameters parameters) throws BackendBuildingException {
        return new DefaultOperatorStateBackendBuilder(
                        parameters.getEnv().getUserCodeClassLoader().asClassLoader(),
                        parameters.getEnv().getExecutionConfig(),
                        true,
                        parameters.getStateHandles(),
                        parameters.getCancelStreamRegistry())
                .build();
    }
}
