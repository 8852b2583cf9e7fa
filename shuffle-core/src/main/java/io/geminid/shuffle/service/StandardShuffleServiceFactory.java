package io.geminid.shuffle.service;

import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleMaster;
import io.geminid.shuffle.ShuffleMasterContext;
import io.geminid.shuffle.ShuffleServiceFactory;
import io.geminid.shuffle.network.NetworkContext;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.WireVersion;

/** The standard shuffle service, over a transport that a subclass makes. Stateless; any thread. */
public abstract class StandardShuffleServiceFactory implements ShuffleServiceFactory {

    private final String name;

    /**
     * @param name in the configuration
     */
    protected StandardShuffleServiceFactory(final String name) {
        this.name = name;
    }

    @Override
    public final String name() {
        return name;
    }

    /**
     * Makes the transport.
     *
     * @param context configuration and what the worker lends
     * @param self what peers are told about this process
     * @return not started
     */
    protected abstract Transport transport(ShuffleEnvironmentContext context, Handshake self);

    @Override
    public final ShuffleMaster createShuffleMaster(final ShuffleMasterContext context) {
        return new StandardShuffleMaster(name, context);
    }

    @Override
    public final ShuffleEnvironment createShuffleEnvironment(
            final ShuffleEnvironmentContext context) {
        final NetworkContext limits =
                NetworkContext.from(context.processId(), context.properties());
        final Handshake self =
                new Handshake(
                        WireVersion.FIRST,
                        WireVersion.CURRENT,
                        context.pool().context().segmentBytes(),
                        limits.channelsMax(),
                        0,
                        context.processId());
        return new StandardShuffleEnvironment(context, transport(context, self), limits);
    }
}
