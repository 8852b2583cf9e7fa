package org.apache.flink.state.rocksdb;

import io.geminid.flink.state.GeminiStateBackend;
import java.io.IOException;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DescribedEnum;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.description.InlineElement;
import org.apache.flink.configuration.description.TextElement;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.AbstractManagedMemoryStateBackend;
import org.apache.flink.runtime.state.BackendBuildingException;
import org.apache.flink.runtime.state.ConfigurableStateBackend;
import org.apache.flink.runtime.state.OperatorStateBackend;

/**
 * Stands before Flink's own class of this name on the class path of Flink's suites, and nowhere
 * else: for suites that make a RocksDB backend themselves, and so ask no factory. Has memory of its
 * own, since some of them wrap it in a backend that asks Flink for none. Ships in no jar.
 */
public class EmbeddedRocksDBStateBackend extends AbstractManagedMemoryStateBackend
        implements ConfigurableStateBackend {

    private static final long serialVersionUID = 1L;

    private final GeminiStateBackend ours;

    /** What Flink's options name. */
    public enum PriorityQueueStateType implements DescribedEnum {
        /** As Flink's. */
        HEAP,
        /** As Flink's. */
        ROCKSDB;

        @Override
        public InlineElement getDescription() {
            return TextElement.text(name());
        }
    }

    /** As Flink's. */
    public EmbeddedRocksDBStateBackend() {
        this(false);
    }

    /** As Flink's. */
    public EmbeddedRocksDBStateBackend(final boolean incremental) {
        this(configured(incremental));
    }

    private EmbeddedRocksDBStateBackend(final GeminiStateBackend ours) {
        this.ours = ours;
    }

    private static GeminiStateBackend configured(final boolean incremental) {
        final Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, incremental);
        configuration.setString("geminid.flink.state.memory-bytes", "64mb");
        return new GeminiStateBackend()
                .configure(configuration, EmbeddedRocksDBStateBackend.class.getClassLoader());
    }

    @Override
    public EmbeddedRocksDBStateBackend configure(
            final ReadableConfig config, final ClassLoader loader) {
        return new EmbeddedRocksDBStateBackend(ours.configure(config, loader));
    }

    @Override
    public boolean supportsNoClaimRestoreMode() {
        return ours.supportsNoClaimRestoreMode();
    }

    @Override
    public boolean supportsSavepointFormat(final SavepointFormatType formatType) {
        return ours.supportsSavepointFormat(formatType);
    }

    @Override
    public <K> AbstractKeyedStateBackend<K> createKeyedStateBackend(
            final KeyedStateBackendParameters<K> parameters) throws IOException {
        return ours.createKeyedStateBackend(parameters);
    }

    @Override
    public OperatorStateBackend createOperatorStateBackend(
            final OperatorStateBackendParameters parameters) throws BackendBuildingException {
        return ours.createOperatorStateBackend(parameters);
    }
}
