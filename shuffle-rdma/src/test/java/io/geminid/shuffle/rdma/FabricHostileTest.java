package io.geminid.shuffle.rdma;

import java.util.Random;

/** Hostile peers on the software fabric. */
final class FabricHostileTest extends HostileVerbsContract {

    @Override
    protected RdmaHarness harness(final Random random) {
        return new FabricHarness(random);
    }
}
