package io.geminid.state.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.state.StateStoreFactory;
import io.geminid.state.StateStoreModelContract;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The contract, run by the store outside the heap when next to nothing fits there. */
class GeminiOnDiskTest extends StateStoreModelContract {

    private static final int SEGMENTS = 24;
    private static final int OPERATIONS = 20_000;

    @TempDir private Path directory;
    private SmallMemory memory;

    @Override
    protected StateStoreFactory factory() {
        memory = new SmallMemory(directory, 1, SEGMENTS);
        return memory.factory();
    }

    /** Namespaces are listed by looking through all there is. */
    @Override
    protected int operations() {
        return OPERATIONS;
    }

    /** After the contract has closed its store. */
    @RegisterExtension
    final AfterEachCallback everythingIsBack =
            context -> {
                memory.close();
                if (context.getRequiredTestMethod().getName().equals("agreesWithAModel")) {
                    assertThat(memory.usedDisk()).isTrue();
                }
            };
}
