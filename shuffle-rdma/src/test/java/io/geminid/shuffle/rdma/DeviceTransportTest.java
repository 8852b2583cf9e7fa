package io.geminid.shuffle.rdma;

import io.geminid.shuffle.transport.TransportContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/** The contract, over real verbs. */
@Tag("rdma")
final class DeviceTransportTest extends TransportContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new DeviceHarness(random);
    }
}
