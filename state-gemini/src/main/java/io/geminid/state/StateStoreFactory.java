package io.geminid.state;

/** Makes the stores of one kind, for example those on the heap. Thread-safe. */
@FunctionalInterface
public interface StateStoreFactory {

    /**
     * Makes the store of a subtask.
     *
     * @param context what it is made of
     * @param <K> type of the keys
     * @return an empty store; the caller closes it
     */
    <K> StateStore<K> create(StateStoreContext<K> context);
}
