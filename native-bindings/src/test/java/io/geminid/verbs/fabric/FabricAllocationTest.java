package io.geminid.verbs.fabric;

import io.geminid.verbs.contract.AllocationContract;
import io.geminid.verbs.contract.VerbsRig;

/** The software fabric allocates nothing per operation, so what is built on it can be measured. */
class FabricAllocationTest extends AllocationContract {

    @Override
    protected VerbsRig rig() {
        return new FabricRig(1, FaultPlan.NONE);
    }
}
