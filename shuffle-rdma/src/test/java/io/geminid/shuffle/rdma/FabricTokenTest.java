package io.geminid.shuffle.rdma;

import io.geminid.shuffle.transport.TokenContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** Tokens, over the software fabric. */
final class FabricTokenTest extends TokenContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new FabricHarness(random);
    }
}
