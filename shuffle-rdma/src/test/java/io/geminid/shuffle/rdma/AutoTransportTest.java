package io.geminid.shuffle.rdma;

import io.geminid.shuffle.transport.TransportContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** The contract, over sessions that use the software fabric. */
final class AutoTransportTest extends TransportContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new AutoHarness(random);
    }
}
