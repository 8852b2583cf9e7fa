package io.geminid.shuffle.rdma;

import io.geminid.shuffle.network.ChannelContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** Channels over the software fabric. */
final class FabricChannelTest extends ChannelContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new FabricHarness(random);
    }
}
