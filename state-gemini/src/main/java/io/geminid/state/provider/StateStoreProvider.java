package io.geminid.state.provider;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.state.StateStoreFactory;
import java.nio.file.Path;
import java.util.List;

/** A kind of store, found by {@code ServiceLoader}. Thread-safe; loading it does nothing else. */
public interface StateStoreProvider {

    /**
     * What a user writes into {@code geminid.state.store}.
     *
     * @return for example {@code "heap"}
     */
    String name();

    /**
     * The properties that only this kind of store reads.
     *
     * @return unmodifiable
     */
    default List<ConfigKey<?>> keys() {
        return List.of();
    }

    /**
     * Makes the factory of a process. What its stores share, memory above all, is got here.
     *
     * @param properties checked
     * @param directory for files of this process alone; need not exist; what the stores put there
     *     is gone when the factory is closed
     * @return the caller closes it, after its stores
     * @throws io.geminid.config.ConfigException if the host lacks what the store needs; says what
     *     to do
     */
    StateStoreFactory open(GeminidProperties properties, Path directory);
}
