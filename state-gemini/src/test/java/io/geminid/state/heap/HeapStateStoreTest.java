package io.geminid.state.heap;

import io.geminid.state.StateStoreFactory;
import io.geminid.state.StateStoreModelContract;

/** The contract, run by the store on the heap. */
class HeapStateStoreTest extends StateStoreModelContract {

    @Override
    protected StateStoreFactory factory() {
        return HeapStateStore::new;
    }
}
