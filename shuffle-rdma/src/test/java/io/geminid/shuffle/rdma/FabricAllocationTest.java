package io.geminid.shuffle.rdma;

import io.geminid.shuffle.transport.FrameAllocationContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** Frames over the software fabric allocate nothing. */
final class FabricAllocationTest extends FrameAllocationContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new FabricHarness(random);
    }
}
