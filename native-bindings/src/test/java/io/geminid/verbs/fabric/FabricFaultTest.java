package io.geminid.verbs.fabric;

import io.geminid.verbs.contract.VerbsFaultContract;
import io.geminid.verbs.contract.VerbsRig;

/** The software fabric breaks as verbs do. */
class FabricFaultTest extends VerbsFaultContract {

    private static final long SEED = Long.getLong("test.seed", System.nanoTime());

    @Override
    protected VerbsRig rig() {
        return new FabricRig(SEED, FaultPlan.JITTER);
    }
}
