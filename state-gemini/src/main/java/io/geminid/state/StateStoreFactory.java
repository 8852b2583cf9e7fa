package io.geminid.state;

/**
 * Makes the stores of one kind, for example those on the heap, for one process. Any thread may make
 * a store; whoever closes the factory does so after all of them.
 */
@FunctionalInterface
public interface StateStoreFactory extends AutoCloseable {

    /**
     * Makes the store of a subtask.
     *
     * @param context what it is made of
     * @param <K> type of the keys
     * @return an empty store; the caller closes it
     */
    <K> StateStore<K> create(StateStoreContext<K> context);

    /** Frees what the stores share. Idempotent. */
    @Override
    default void close() {}
}
