package io.geminid.state.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.StateStoreModelContract;
import io.geminid.state.gemini.spill.SpillDisk;
import io.geminid.state.gemini.spill.SpillSpace;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The contract, run by the store outside the heap. */
class GeminiStateStoreTest extends StateStoreModelContract {

    private static final int POOL_BYTES = 64 << 20;

    @TempDir private Path directory;

    private final SegmentPool pool = new SegmentPool(SegmentPoolContext.ofMaxBytes(POOL_BYTES));

    @Override
    protected StateStoreFactory factory() {
        return new GeminiStateStoreFactory(
                pool,
                pool.capacity(),
                new SpillSpace(directory, 0, SpillDisk.ofHost()),
                ForkJoinPool.commonPool());
    }

    /** After the contract has closed its store. */
    @RegisterExtension
    final AfterEachCallback everySegmentIsBack =
            context -> {
                assertThat(pool.heldByOwner()).isEmpty();
                pool.close();
            };
}
