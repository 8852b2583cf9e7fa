package io.geminid.shuffle.transport;

import java.util.Random;

/** The contract, met by the transport in memory; and through it by what stream transports share. */
final class MemoryTransportTest extends TransportContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new MemoryFabric(random);
    }
}
