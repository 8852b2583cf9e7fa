package io.geminid.shuffle.rdma;

import io.geminid.shuffle.network.ChannelContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/** Channels over real verbs. */
@Tag("rdma")
final class DeviceChannelTest extends ChannelContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new DeviceHarness(random);
    }
}
