package io.geminid.shuffle.rdma;

import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.service.StandardShuffleServiceFactory;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.Handshake;

/**
 * The standard shuffle service over RDMA and nothing else; its name is {@value RdmaTransport#NAME}.
 * A process without RDMA does not start it.
 */
public final class RdmaShuffleServiceFactory extends StandardShuffleServiceFactory {

    /** Called by {@link java.util.ServiceLoader}. */
    public RdmaShuffleServiceFactory() {
        super(RdmaTransport.NAME);
    }

    @Override
    protected Transport transport(final ShuffleEnvironmentContext context, final Handshake self) {
        return new RdmaTransport(
                RdmaTransportContext.from(context.properties()),
                new LinkContext(self, context.token()),
                context.pool());
    }
}
