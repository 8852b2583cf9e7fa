package io.geminid.state.gemini;

import io.geminid.state.StateStoreFactory;
import io.geminid.state.StateStoreSnapshotModelContract;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The contract of snapshots, run by the store outside the heap when little fits there. */
class GeminiOnDiskSnapshotTest extends StateStoreSnapshotModelContract {

    private static final int STORES_MAX = 16;
    private static final int SEGMENTS = 40;
    private static final int OPERATIONS = 30_000;

    @TempDir private Path directory;
    private SmallMemory memory;

    @Override
    protected StateStoreFactory factory() {
        if (memory == null) {
            memory = new SmallMemory(directory, STORES_MAX, SEGMENTS);
        }
        return memory.factory();
    }

    @Override
    protected int operations() {
        return OPERATIONS;
    }

    /** After the contract has closed its stores. */
    @RegisterExtension
    final AfterEachCallback everythingIsBack =
            context -> {
                if (memory != null) {
                    memory.close();
                }
            };
}
