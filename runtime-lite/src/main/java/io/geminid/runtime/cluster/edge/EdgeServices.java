package io.geminid.runtime.cluster.edge;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.runtime.graph.stream.EdgeSpec;
import io.geminid.shuffle.ShuffleServiceFactory;
import io.geminid.shuffle.ShuffleServices;
import java.util.List;
import java.util.Map;

/** Finds the shuffle service that an edge names. Stateless. */
public final class EdgeServices {

    private EdgeServices() {}

    /**
     * Finds the factory of a service.
     *
     * @param services those there are
     * @param properties which of them is the default
     * @param service name of the service, or {@link EdgeSpec#SERVICE_DEFAULT}
     * @return the factory
     * @throws io.geminid.config.ConfigException if there is none of that name; lists those there
     *     are
     */
    public static ShuffleServiceFactory factory(
            final ShuffleServices services,
            final GeminidProperties properties,
            final String service) {
        if (service.equals(EdgeSpec.SERVICE_DEFAULT)) {
            return services.forJob(properties);
        }
        final ConfigKey<String> key = ShuffleServices.SERVICE;
        return services.forJob(GeminidProperties.of(Map.of(key.name(), service), List.of(key)));
    }
}
