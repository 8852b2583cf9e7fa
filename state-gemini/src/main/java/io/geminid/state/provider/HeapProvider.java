package io.geminid.state.provider;

import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.heap.HeapStateStore;

/** The store on the heap, under the name {@code heap}. */
public final class HeapProvider implements StateStoreProvider {

    /** For {@code ServiceLoader}. */
    public HeapProvider() {}

    @Override
    public String name() {
        return "heap";
    }

    @Override
    public StateStoreFactory open(final StateResources resources) {
        return new StateStoreFactory() {
            @Override
            public <K> StateStore<K> create(final StateStoreContext<K> context) {
                return new HeapStateStore<>(context);
            }
        };
    }
}
