package io.geminid.shuffle.network;

import io.geminid.shuffle.transport.MemoryFabric;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** Channels over the transport in memory. */
final class MemoryChannelTest extends ChannelContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new MemoryFabric(random);
    }
}
