package io.geminid.shuffle.service;

import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleServiceFactory;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.fallback.FallbackTransport;
import io.geminid.shuffle.wire.Handshake;
import java.util.ServiceLoader;
import java.util.UUID;

/**
 * The standard shuffle service over RDMA where both processes have it, and over TCP otherwise and
 * when RDMA is lost; its name is {@value #NAME}. It takes whatever of the two is on the class path.
 */
public final class AutoShuffleServiceFactory extends StandardShuffleServiceFactory {

    /** Name in the configuration. */
    public static final String NAME = "auto";

    private static final String FAST = "rdma";
    private static final String SURE = "tcp";

    /** Called by {@link java.util.ServiceLoader}. */
    public AutoShuffleServiceFactory() {
        super(NAME);
    }

    @Override
    protected Transport transport(final ShuffleEnvironmentContext context, final Handshake self) {
        final StandardShuffleServiceFactory fast = find(FAST);
        final StandardShuffleServiceFactory sure = find(SURE);
        if (sure == null) {
            throw new IllegalStateException(
                    "shuffleService="
                            + NAME
                            + " needs "
                            + SURE
                            + ", which is not on the class path");
        }
        return fast == null
                ? sure.transport(context, self)
                : new FallbackTransport(
                        fast.transport(context, self),
                        sure.transport(context, self.withSessions()),
                        UUID::randomUUID,
                        context.nanoClock());
    }

    private static StandardShuffleServiceFactory find(final String name) {
        return ServiceLoader.load(
                        ShuffleServiceFactory.class,
                        AutoShuffleServiceFactory.class.getClassLoader())
                .stream()
                .map(ServiceLoader.Provider::get)
                .filter(StandardShuffleServiceFactory.class::isInstance)
                .map(StandardShuffleServiceFactory.class::cast)
                .filter(factory -> factory.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
