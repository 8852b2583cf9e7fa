package io.geminid.shuffle.tcp;

import io.geminid.shuffle.transport.TransportContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** The contract over Java NIO, which is used where there is no epoll. */
final class NioTransportTest extends TransportContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new TcpHarness(false);
    }
}
