package io.geminid.shuffle.rdma;

import io.geminid.shuffle.network.ChannelContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** Channels, over sessions that use the software fabric. */
final class AutoChannelTest extends ChannelContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new AutoHarness(random);
    }
}
