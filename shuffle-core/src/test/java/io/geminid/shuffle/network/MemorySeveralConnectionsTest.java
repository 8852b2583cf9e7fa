package io.geminid.shuffle.network;

import io.geminid.shuffle.transport.MemoryFabric;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** Channels over several connections in memory. */
final class MemorySeveralConnectionsTest extends ChannelContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new MemoryFabric(random);
    }

    @Override
    protected int connectionsMax() {
        return 3;
    }
}
