package io.geminid.state.gemini;

import io.geminid.state.StateStoreFactory;
import io.geminid.state.StateStoreSnapshotModelContract;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The contract of snapshots, run by the store outside the heap when little fits there. */
class GeminiOnDiskSnapshotTest extends StateStoreSnapshotModelContract {

    private static final int STORES_MAX = 16;
    private static final int SEGMENTS = 40;

    /** A key and a value of 64 MiB are 32,000 records here, and the index is in memory. */
    private static final int SEGMENTS_FOR_LONG = 160;

    private static final int OPERATIONS = 30_000;

    @TempDir private Path directory;
    private SmallMemory memory;

    @RegisterExtension
    final BeforeEachCallback nothingThereYet =
            context -> {
                final boolean isLong = context.getTags().contains("long");
                memory =
                        new SmallMemory(
                                directory, STORES_MAX, isLong ? SEGMENTS_FOR_LONG : SEGMENTS);
            };

    @Override
    protected StateStoreFactory factory() {
        return memory.factory();
    }

    @Override
    protected int operations() {
        return OPERATIONS;
    }

    /** After the contract has closed its stores. */
    @RegisterExtension final AfterEachCallback everythingIsBack = context -> memory.close();
}
