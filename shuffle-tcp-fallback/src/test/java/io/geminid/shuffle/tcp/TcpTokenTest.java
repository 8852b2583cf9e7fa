package io.geminid.shuffle.tcp;

import io.geminid.shuffle.transport.TokenContract;
import io.geminid.shuffle.transport.TransportHarness;
import java.util.Random;

/** Tokens, over TCP. */
final class TcpTokenTest extends TokenContract {

    @Override
    protected TransportHarness harness(final Random random) {
        return new TcpHarness(true);
    }
}
