package io.geminid.shuffle.rdma;

import io.geminid.shuffle.transport.TokenContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** Tokens, of sessions. */
final class AutoTokenTest extends TokenContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new AutoHarness(random);
    }
}
