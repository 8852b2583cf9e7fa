package io.geminid.verbs.disni;

import io.geminid.verbs.contract.AllocationContract;
import io.geminid.verbs.contract.VerbsRig;
import java.io.IOException;
import org.junit.jupiter.api.Tag;

/** Real verbs allocate nothing per operation. Needs a device. */
@Tag("rdma")
class RdmaAllocationTest extends AllocationContract {

    @Override
    protected VerbsRig rig() throws IOException {
        return new RdmaRig();
    }
}
