package io.geminid.shuffle.tcp;

import io.geminid.shuffle.transport.FrameAllocationContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Frames over epoll allocate nothing. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "epoll is Linux")
final class EpollAllocationTest extends FrameAllocationContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new TcpHarness(true);
    }
}
