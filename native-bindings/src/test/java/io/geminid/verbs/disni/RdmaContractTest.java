package io.geminid.verbs.disni;

import io.geminid.verbs.contract.VerbsContract;
import io.geminid.verbs.contract.VerbsRig;
import java.io.IOException;
import org.junit.jupiter.api.Tag;

/** Real verbs do what the contract says. Needs a device. */
@Tag("rdma")
class RdmaContractTest extends VerbsContract {

    @Override
    protected VerbsRig rig() throws IOException {
        return new RdmaRig();
    }
}
