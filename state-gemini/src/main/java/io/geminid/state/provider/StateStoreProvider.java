package io.geminid.state.provider;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.state.StateStoreFactory;
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
     * What each store has of the process's memory for itself, so that a job can be refused before
     * it starts.
     *
     * @param properties checked
     * @return segments; 0 if it needs none
     */
    default int segmentsMin(final GeminidProperties properties) {
        return 0;
    }

    /**
     * Makes the factory of a process. What its stores share, memory above all, is got here.
     *
     * @param resources what the stores are given
     * @return the caller closes it, after its stores
     * @throws io.geminid.config.ConfigException if the host lacks what the store needs; says what
     *     to do
     */
    StateStoreFactory open(StateResources resources);
}
