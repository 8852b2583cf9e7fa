package io.geminid.verbs.disni;

import io.geminid.verbs.contract.VerbsFaultContract;
import io.geminid.verbs.contract.VerbsRig;
import java.io.IOException;
import org.junit.jupiter.api.Tag;

/** Real verbs break as the table says. Needs a soft device, and root. */
@Tag("rdma")
class RdmaFaultTest extends VerbsFaultContract {

    @Override
    protected VerbsRig rig() throws IOException {
        return new RdmaRig();
    }
}
