package io.geminid.shuffle.rdma;

import io.geminid.shuffle.network.ChannelContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** Channels, from a process that has sessions to one that has none. */
final class AutoToPlainChannelTest extends ChannelContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new AutoHarness(random).withoutSessions(1);
    }
}
