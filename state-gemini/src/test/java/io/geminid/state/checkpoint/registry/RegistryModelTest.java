package io.geminid.state.checkpoint.registry;

import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * INV I1 to I6 over random histories of a coordinator and its tasks: lost, late and repeated
 * acknowledgements, aborted and overtaken checkpoints, failures of the storage, restarts of tasks
 * and of the coordinator.
 */
final class RegistryModelTest {
    @RegisterExtension final Seed seed = new Seed();

    @Test
    void everyManifestInTheStorageRestoresAfterEveryStep() {
        new PropertyRunner(seed, 1_500, 200)
                .check((random, size) -> new SimulatedJob(random).run(size));
    }

    @Tag("long")
    @Test
    void theSameForLong() {
        new PropertyRunner(seed, 20_000, 400)
                .check((random, size) -> new SimulatedJob(random).run(size));
    }
}
