package io.geminid.shuffle;

import io.geminid.config.ConfigException;
import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import java.util.Collection;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The shuffle services of this process, and which of them a job or one of its edges uses.
 *
 * <p>An edge uses what {@code geminid.shuffle.edge.<edge>.service} says, else what {@link #SERVICE}
 * says. A name that no factory has is an error which lists those there are.
 *
 * <p>Immutable; any thread.
 */
public final class ShuffleServices {

    /** The service of all edges of a job that have none of their own. */
    public static final ConfigKey<String> SERVICE =
            ConfigKey.text(
                    "geminid.shuffle.service",
                    "tcp",
                    "Shuffle service of a job; geminid.shuffle.edge.NAME.service sets that of one"
                            + " edge.");

    /** All keys of this class but those of edges, which depend on the job: {@link #edgeKey}. */
    public static final List<ConfigKey<?>> KEYS = List.of(SERVICE);

    private static final String NOT_SET = "";

    private final SortedMap<String, ShuffleServiceFactory> factories;

    private ShuffleServices(final SortedMap<String, ShuffleServiceFactory> factories) {
        this.factories = factories;
    }

    /**
     * Finds the factories that a class loader can see.
     *
     * @param loader the class loader of the job or of the process
     * @return all of them
     * @throws ConfigException if two have the same name
     */
    public static ShuffleServices load(final ClassLoader loader) {
        return of(
                ServiceLoader.load(ShuffleServiceFactory.class, loader).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList());
    }

    /**
     * Takes given factories.
     *
     * @param factories each with a name of its own
     * @return all of them
     * @throws ConfigException if two have the same name
     */
    public static ShuffleServices of(final Collection<ShuffleServiceFactory> factories) {
        final SortedMap<String, ShuffleServiceFactory> byName = new TreeMap<>();
        for (final ShuffleServiceFactory factory : factories) {
            final ShuffleServiceFactory other = byName.putIfAbsent(factory.name(), factory);
            if (other != null) {
                throw new ConfigException(
                        "shuffleService="
                                + factory.name()
                                + " is there twice: "
                                + other.getClass().getName()
                                + ", "
                                + factory.getClass().getName());
            }
        }
        return new ShuffleServices(byName);
    }

    /**
     * The key that sets the service of one edge. Whoever checks a job's configuration declares it
     * for each edge of the job.
     *
     * @param edge name of the edge: lower case letters, digits and dashes, beginning with a letter
     * @return the key; empty unless set
     */
    public static ConfigKey<String> edgeKey(final String edge) {
        return ConfigKey.text(
                "geminid.shuffle.edge." + edge + ".service",
                NOT_SET,
                "Shuffle service of the edge " + edge + ".");
    }

    /**
     * The service of a job.
     *
     * @param properties the job's configuration
     * @return its factory
     * @throws ConfigException if no factory has the name; lists those there are
     */
    public ShuffleServiceFactory forJob(final GeminidProperties properties) {
        return chosenBy(SERVICE.name(), properties.get(SERVICE));
    }

    /**
     * The service of one edge of a job.
     *
     * @param properties the job's configuration
     * @param edge name of the edge
     * @return its factory
     * @throws ConfigException if no factory has the name; lists those there are
     */
    public ShuffleServiceFactory forEdge(final GeminidProperties properties, final String edge) {
        final ConfigKey<String> key = edgeKey(edge);
        final String name = properties.get(key);
        return NOT_SET.equals(name) ? forJob(properties) : chosenBy(key.name(), name);
    }

    /**
     * The service of a name.
     *
     * @param name as a factory calls itself
     * @return the factory
     * @throws ConfigException if no factory has the name; lists those there are
     */
    public ShuffleServiceFactory named(final String name) {
        return chosenBy("shuffleService", name);
    }

    /**
     * What there is to choose from.
     *
     * @return names, sorted
     */
    public Set<String> names() {
        return factories.keySet();
    }

    private ShuffleServiceFactory chosenBy(final String key, final String name) {
        final ShuffleServiceFactory factory = factories.get(name);
        if (factory == null) {
            throw new ConfigException(key + "=" + name + " known=" + String.join(",", names()));
        }
        return factory;
    }
}
