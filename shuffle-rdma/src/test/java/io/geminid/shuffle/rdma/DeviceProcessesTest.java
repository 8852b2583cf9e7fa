package io.geminid.shuffle.rdma;

import io.geminid.shuffle.transport.TransportContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/** The contract over real verbs, between two processes. */
@Tag("rdma")
final class DeviceProcessesTest extends TransportContract {

    /** One for all tests: an emulated processor needs seconds to start it. */
    private static RemoteProcess other;

    @Override
    protected TransportHarness harness(final Random random) {
        try {
            if (other == null) {
                other = RemoteProcess.start(DeviceHarness.address(1));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ProcessesHarness(random, other);
    }
}
