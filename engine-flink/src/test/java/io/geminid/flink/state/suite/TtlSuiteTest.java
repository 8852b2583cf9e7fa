package io.geminid.flink.state.suite;

import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.ttl.StateBackendTestContext;
import org.apache.flink.runtime.state.ttl.TtlStateTestBase;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;

/** Flink's suite for time to live. */
public class TtlSuiteTest extends TtlStateTestBase {

    @Override
    protected StateBackendTestContext createStateBackendTestContext(final TtlTimeProvider clock) {
        return new StateBackendTestContext(clock) {
            @Override
            protected StateBackend createStateBackend() {
                return KeyedStateSuiteTest.backend(true);
            }
        };
    }

    /**
     * As with RocksDB's incremental checkpoints: only canonical savepoints leave out what is old.
     */
    @Override
    public boolean isSavepoint() {
        return false;
    }

    @Override
    protected boolean incrementalCleanupSupported() {
        return false;
    }
}
