package io.geminid.verbs.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.verbs.contract.VerbsContract;
import io.geminid.verbs.contract.VerbsRig;
import org.junit.jupiter.api.AfterEach;

/** The software fabric does what verbs do, in every order of events. */
class FabricContractTest extends VerbsContract {

    private static final long SEED = Long.getLong("test.seed", System.nanoTime());

    private FabricRig made;

    @Override
    protected VerbsRig rig() {
        made = new FabricRig(SEED, FaultPlan.JITTER);
        return made;
    }

    @AfterEach
    void everythingIsClosed() {
        assertThat(made.fabric.queuePairCount()).as("-Dtest.seed=" + SEED).isZero();
    }
}
