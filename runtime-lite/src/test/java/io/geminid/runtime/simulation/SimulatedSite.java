package io.geminid.runtime.simulation;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.runtime.simulation.SimulatedCluster.Shape;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.gemini.GeminiStateStoreFactory;
import io.geminid.state.heap.HeapStateStore;
import io.geminid.state.provider.StateStores;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/**
 * What all processes of a cluster have around them.
 *
 * @param random decides everything
 * @param shape what the cluster is like
 * @param simulation where they take turns
 * @param network between workers
 * @param properties of all
 */
record SimulatedSite(
        Random random,
        Shape shape,
        Simulation simulation,
        SimulatedNetwork network,
        GeminidProperties properties) {

    UUID newId() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    Instant wallClock() {
        return Instant.ofEpochMilli(simulation.nowMillis());
    }

    /** How long a call to the storage waits for its turn. */
    long storageDelayNs() {
        return shape.storageDelayNsMax() == 0
                ? 0
                : (long) (shape.storageDelayNsMax() * Math.pow(random.nextDouble(), 4));
    }

    /** How long a task pauses between steps. */
    long taskPauseNs() {
        return shape.taskPauseNsMax() == 0 || random.nextBoolean()
                ? 0
                : random.nextInt(shape.taskPauseNsMax());
    }

    StateStoreFactory stores(final SegmentPool pool) {
        return properties.get(StateStores.STORE).equals("heap")
                ? new HeapStores()
                : new GeminiStateStoreFactory(pool, pool.capacity() / 8);
    }

    private static final class HeapStores implements StateStoreFactory {
        @Override
        public <K> StateStore<K> create(final StateStoreContext<K> context) {
            return new HeapStateStore<>(context);
        }
    }
}
