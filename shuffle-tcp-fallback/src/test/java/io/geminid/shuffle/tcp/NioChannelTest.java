package io.geminid.shuffle.tcp;

import io.geminid.shuffle.network.ChannelContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** Channels over Java NIO. */
final class NioChannelTest extends ChannelContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new TcpHarness(false);
    }
}
