package io.geminid.shuffle.rdma;

import java.util.Random;
import org.junit.jupiter.api.Tag;

/** Hostile peers over real verbs. */
@Tag("rdma")
final class DeviceHostileTest extends HostileVerbsContract {

    @Override
    protected RdmaHarness harness(final Random random) {
        return new DeviceHarness(random);
    }
}
