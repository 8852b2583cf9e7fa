package io.geminid.shuffle.tcp;

import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleMaster;
import io.geminid.shuffle.ShuffleMasterContext;
import io.geminid.shuffle.ShuffleServiceFactory;
import io.geminid.shuffle.network.NetworkContext;
import io.geminid.shuffle.service.StandardShuffleEnvironment;
import io.geminid.shuffle.service.StandardShuffleMaster;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.WireVersion;

/** The standard shuffle service over TCP; its name is {@value #NAME}. */
public final class TcpShuffleServiceFactory implements ShuffleServiceFactory {

    /** Name in the configuration. */
    public static final String NAME = "tcp";

    /** Called by {@link java.util.ServiceLoader}. */
    public TcpShuffleServiceFactory() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ShuffleMaster createShuffleMaster(final ShuffleMasterContext context) {
        return new StandardShuffleMaster(NAME, context);
    }

    @Override
    public ShuffleEnvironment createShuffleEnvironment(final ShuffleEnvironmentContext context) {
        final NetworkContext limits = NetworkContext.of(context.processId());
        final Handshake self =
                new Handshake(
                        WireVersion.FIRST,
                        WireVersion.CURRENT,
                        context.pool().context().segmentBytes(),
                        limits.channelsMax(),
                        0,
                        context.processId());
        final TcpTransport transport =
                new TcpTransport(TcpTransportContext.from(context.properties()), self);
        return new StandardShuffleEnvironment(context, transport, limits);
    }
}
