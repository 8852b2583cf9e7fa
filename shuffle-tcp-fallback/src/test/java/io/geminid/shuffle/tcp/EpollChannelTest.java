package io.geminid.shuffle.tcp;

import io.geminid.shuffle.network.ChannelContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Channels over epoll. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "epoll is Linux")
final class EpollChannelTest extends ChannelContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new TcpHarness(true);
    }
}
