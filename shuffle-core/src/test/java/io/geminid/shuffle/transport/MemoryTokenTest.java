package io.geminid.shuffle.transport;

import java.util.Random;

/** Tokens, in memory. */
final class MemoryTokenTest extends TokenContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new MemoryFabric(random);
    }
}
