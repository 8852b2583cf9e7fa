package io.geminid.shuffle.rdma;

import io.geminid.shuffle.network.ChannelContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** Channels over several queue pairs of the software fabric. */
final class FabricSeveralQueuePairsTest extends ChannelContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new FabricHarness(random);
    }

    @Override
    protected int connectionsMax() {
        return 3;
    }
}
