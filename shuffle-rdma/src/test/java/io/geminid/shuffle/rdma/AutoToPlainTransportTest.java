package io.geminid.shuffle.rdma;

import io.geminid.shuffle.transport.TransportContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** The contract, from a process that has sessions to one that has none. */
final class AutoToPlainTransportTest extends TransportContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new AutoHarness(random).withoutSessions(1);
    }
}
