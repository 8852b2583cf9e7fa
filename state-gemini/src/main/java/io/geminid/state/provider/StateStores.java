package io.geminid.state.provider;

import io.geminid.config.ConfigException;
import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.state.StateStoreFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The kinds of stores on the class path, by name. Immutable; any thread. */
public final class StateStores {

    /** Which store keyed operators get. */
    public static final ConfigKey<String> STORE =
            ConfigKey.text(
                    "geminid.state.store",
                    "gemini",
                    "Where keyed state is kept: gemini, heap or rocksdb.");

    /** Where stores put their files. */
    public static final ConfigKey<String> LOCAL_DIR =
            ConfigKey.text(
                    "geminid.state.local-dir",
                    "",
                    "Directory on a local disk under which stores keep files; empty for the system's"
                            + " temporary one.");

    private final Map<String, StateStoreProvider> providers;

    private StateStores(final Map<String, StateStoreProvider> providers) {
        this.providers = providers;
    }

    /**
     * Finds the kinds of stores.
     *
     * @param loader where
     * @return those found
     * @throws IllegalStateException if two have the same name
     */
    public static StateStores load(final ClassLoader loader) {
        final Map<String, StateStoreProvider> providers = new TreeMap<>();
        for (final StateStoreProvider provider :
                ServiceLoader.load(StateStoreProvider.class, loader)) {
            final StateStoreProvider other = providers.put(provider.name(), provider);
            if (other != null) {
                throw new IllegalStateException(
                        "store=" + provider.name() + " first=" + other + " second=" + provider);
            }
        }
        return new StateStores(providers);
    }

    /**
     * What can be chosen.
     *
     * @return names, sorted
     */
    public List<String> names() {
        return List.copyOf(providers.keySet());
    }

    /**
     * Every property that the stores read.
     *
     * @return those of this class, then those of each kind
     */
    public List<ConfigKey<?>> keys() {
        final List<ConfigKey<?>> keys = new ArrayList<>(List.of(STORE, LOCAL_DIR));
        providers.values().forEach(provider -> keys.addAll(provider.keys()));
        return List.copyOf(keys);
    }

    /**
     * Refuses a name that nothing here has.
     *
     * @param name what a user wrote
     * @return the kind of store
     * @throws ConfigException names the known ones
     */
    public StateStoreProvider named(final String name) {
        final StateStoreProvider provider = providers.get(name);
        if (provider == null) {
            throw new ConfigException(STORE + "=" + name + " is not one of " + names());
        }
        return provider;
    }

    /**
     * What each store of the kind that {@link #STORE} names has of a process's memory for itself.
     *
     * @param properties checked
     * @return segments, 0 or more
     * @throws ConfigException if there is no such store
     */
    public int segmentsMin(final GeminidProperties properties) {
        return named(properties.get(STORE)).segmentsMin(properties);
    }

    /**
     * Makes the factory that {@link #STORE} names.
     *
     * @param resources what the stores are given
     * @return the caller closes it, after its stores
     * @throws ConfigException if there is no such store, or it cannot work on this host
     */
    public StateStoreFactory open(final StateResources resources) {
        return named(resources.properties().get(STORE)).open(resources);
    }
}
