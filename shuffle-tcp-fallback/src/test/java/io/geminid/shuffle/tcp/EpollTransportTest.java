package io.geminid.shuffle.tcp;

import io.geminid.shuffle.transport.TransportContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The contract over epoll. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "epoll is Linux")
final class EpollTransportTest extends TransportContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new TcpHarness(true);
    }
}
