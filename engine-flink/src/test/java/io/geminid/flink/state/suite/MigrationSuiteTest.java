package io.geminid.flink.state.suite;

import io.geminid.flink.state.GeminiStateBackend;
import java.util.List;
import org.apache.flink.runtime.state.StateBackendMigrationTestBase;
import org.apache.flink.testutils.junit.extensions.parameterized.Parameter;
import org.apache.flink.testutils.junit.extensions.parameterized.ParameterizedTestExtension;
import org.apache.flink.testutils.junit.extensions.parameterized.Parameters;
import org.junit.jupiter.api.extension.ExtendWith;

/** Flink's suite for serializers that change. */
@ExtendWith(ParameterizedTestExtension.class)
public class MigrationSuiteTest extends StateBackendMigrationTestBase<GeminiStateBackend> {

    /** Whether checkpoints share files. */
    @Parameter public boolean incremental;

    @Parameters(name = "incremental={0}")
    static List<Boolean> modes() {
        return List.of(true, false);
    }

    @Override
    protected GeminiStateBackend getStateBackend() {
        return KeyedStateSuiteTest.backend(incremental);
    }
}
