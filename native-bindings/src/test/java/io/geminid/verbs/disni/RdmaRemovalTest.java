package io.geminid.verbs.disni;

import io.geminid.verbs.contract.VerbsRemovalContract;
import io.geminid.verbs.contract.VerbsRig;
import java.io.IOException;
import org.junit.jupiter.api.Tag;

/**
 * A real device goes. Needs a soft device, root, and a process of its own; the device is gone after
 * it.
 */
@Tag("rdma-removal")
class RdmaRemovalTest extends VerbsRemovalContract {

    @Override
    protected VerbsRig rig() throws IOException {
        return new RdmaRig();
    }
}
