package io.geminid.shuffle.rdma;

import io.geminid.shuffle.transport.TokenContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/** Tokens, over real verbs. */
@Tag("rdma")
final class DeviceTokenTest extends TokenContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new DeviceHarness(random);
    }
}
