package io.geminid.verbs.fabric;

import io.geminid.verbs.contract.VerbsRemovalContract;
import io.geminid.verbs.contract.VerbsRig;

/** A device of the software fabric goes as a real one does. */
class FabricRemovalTest extends VerbsRemovalContract {

    @Override
    protected VerbsRig rig() {
        return new FabricRig(Long.getLong("test.seed", System.nanoTime()), FaultPlan.JITTER);
    }
}
