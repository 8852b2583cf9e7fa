package io.geminid.shuffle.tcp;

import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.service.StandardShuffleServiceFactory;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.Handshake;

/** The standard shuffle service over TCP; its name is {@value #NAME}. */
public final class TcpShuffleServiceFactory extends StandardShuffleServiceFactory {

    /** Name in the configuration. */
    public static final String NAME = "tcp";

    /** Called by {@link java.util.ServiceLoader}. */
    public TcpShuffleServiceFactory() {
        super(NAME);
    }

    @Override
    protected Transport transport(final ShuffleEnvironmentContext context, final Handshake self) {
        return new TcpTransport(
                TcpTransportContext.from(context.properties()),
                new LinkContext(self, context.token()));
    }
}
