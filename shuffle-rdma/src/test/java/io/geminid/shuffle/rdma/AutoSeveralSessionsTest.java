package io.geminid.shuffle.rdma;

import io.geminid.shuffle.network.ChannelContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** Channels over several sessions, each of which falls back by itself. */
final class AutoSeveralSessionsTest extends ChannelContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new AutoHarness(random);
    }

    @Override
    protected int connectionsMax() {
        return 3;
    }
}
