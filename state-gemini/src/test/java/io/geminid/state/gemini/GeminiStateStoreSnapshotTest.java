package io.geminid.state.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.StateStoreSnapshotModelContract;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of snapshots, run by the store outside the heap. */
class GeminiStateStoreSnapshotTest extends StateStoreSnapshotModelContract {

    private static final int POOL_BYTES = 768 << 20;

    private final SegmentPool pool = new SegmentPool(SegmentPoolContext.ofMaxBytes(POOL_BYTES));

    /** After the contract has closed its stores. */
    @RegisterExtension
    final AfterEachCallback everySegmentIsBack =
            context -> {
                assertThat(pool.heldByOwner()).isEmpty();
                pool.close();
            };

    @Override
    protected StateStoreFactory factory() {
        return new GeminiStateStoreFactory(pool, pool.capacity());
    }
}
