package io.geminid.shuffle.rdma;

import io.geminid.shuffle.network.ChannelContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/** Channels over several queue pairs of a device. */
@Tag("rdma")
final class DeviceSeveralQueuePairsTest extends ChannelContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new DeviceHarness(random);
    }

    @Override
    protected int connectionsMax() {
        return 3;
    }
}
