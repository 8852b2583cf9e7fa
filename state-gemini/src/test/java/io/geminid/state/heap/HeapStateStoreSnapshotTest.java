package io.geminid.state.heap;

import io.geminid.state.StateStoreFactory;
import io.geminid.state.StateStoreSnapshotModelContract;

/** The contract of snapshots, run by the store on the heap. */
class HeapStateStoreSnapshotTest extends StateStoreSnapshotModelContract {

    @Override
    protected StateStoreFactory factory() {
        return HeapStateStore::new;
    }
}
