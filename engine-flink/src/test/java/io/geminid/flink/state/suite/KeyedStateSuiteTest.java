package io.geminid.flink.state.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.flink.state.GeminiKeyedStateBackend;
import io.geminid.flink.state.GeminiStateBackend;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.state.CheckpointStorage;
import org.apache.flink.runtime.state.ConfigurableStateBackend;
import org.apache.flink.runtime.state.StateBackendTestBase;
import org.apache.flink.runtime.state.storage.FileSystemCheckpointStorage;
import org.apache.flink.runtime.state.storage.JobManagerCheckpointStorage;
import org.apache.flink.testutils.junit.extensions.parameterized.Parameter;
import org.apache.flink.testutils.junit.extensions.parameterized.ParameterizedTestExtension;
import org.apache.flink.testutils.junit.extensions.parameterized.Parameters;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Flink's suite for keyed state, with files of checkpoints shared, and not. */
@ExtendWith({ParameterizedTestExtension.class, KnownDifferences.class})
public class KeyedStateSuiteTest extends StateBackendTestBase<GeminiStateBackend> {

    @TempDir static Path directory;

    /** Whether checkpoints share files. */
    @Parameter public boolean incremental;

    @Parameters(name = "incremental={0}")
    static List<Boolean> modes() {
        return List.of(true, false);
    }

    @Override
    protected ConfigurableStateBackend getStateBackend() {
        return backend(incremental);
    }

    static GeminiStateBackend backend(final boolean incremental) {
        final Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, incremental);
        configuration.setString("geminid.flink.state.memory-bytes", "64mb");
        return new GeminiStateBackend()
                .configure(configuration, KeyedStateSuiteTest.class.getClassLoader());
    }

    @Override
    protected CheckpointStorage getCheckpointStorage() {
        return incremental
                ? new FileSystemCheckpointStorage(directory.toUri(), 0)
                : new JobManagerCheckpointStorage();
    }

    @Override
    protected boolean isSerializerPresenceRequiredOnRestore() {
        return false;
    }

    @Override
    protected boolean supportsAsynchronousSnapshots() {
        return true;
    }

    @TestTemplate
    void oursIsUsed() throws Exception {
        final var backend = createKeyedBackend(IntSerializer.INSTANCE);
        try {
            assertThat(backend).isInstanceOf(GeminiKeyedStateBackend.class);
        } finally {
            backend.dispose();
        }
    }
}
