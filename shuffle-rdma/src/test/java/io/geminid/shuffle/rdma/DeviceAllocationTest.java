package io.geminid.shuffle.rdma;

import io.geminid.shuffle.transport.FrameAllocationContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/** Frames over real verbs allocate nothing. */
@Tag("rdma")
final class DeviceAllocationTest extends FrameAllocationContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new DeviceHarness(random);
    }
}
