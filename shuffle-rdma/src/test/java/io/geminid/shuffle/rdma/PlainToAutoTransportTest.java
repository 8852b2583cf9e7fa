package io.geminid.shuffle.rdma;

import io.geminid.shuffle.transport.TransportContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** The contract, from a process that has no sessions to one that has. */
final class PlainToAutoTransportTest extends TransportContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new AutoHarness(random).withoutSessions(0);
    }
}
