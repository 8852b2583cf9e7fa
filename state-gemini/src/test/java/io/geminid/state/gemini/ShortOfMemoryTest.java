package io.geminid.state.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.TimerQueue;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.kind.ValueState;
import io.geminid.state.snapshot.StoreSnapshot;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store that may put records on disk does not run out of memory, whatever keeps frames from being
 * given back: while it fills its share for the first time, and while snapshots are open.
 */
class ShortOfMemoryTest {

    private static final int RUNS = 30;
    private static final int OPERATIONS = 8_000;
    private static final int SEGMENTS_MIN = 60;
    private static final int SNAPSHOTS_MAX = 3;

    @RegisterExtension final Seed seed = new Seed();

    @TempDir private Path directory;
    private final AtomicInteger runs = new AtomicInteger();

    private static StateStoreContext<Long> context() {
        return new StateStoreContext<>(
                "short", Serializers.LONG, new KeyGroupRange(0, 127), 128, () -> Instant.EPOCH);
    }

    @Test
    void aStoreWithADiskDoesNotRunOutOfMemory() {
        new PropertyRunner(seed, RUNS, 100).check((random, size) -> run(random));
    }

    private void run(final Random random) {
        final SmallMemory memory =
                new SmallMemory(
                        directory.resolve("run-" + runs.incrementAndGet()),
                        1,
                        SEGMENTS_MIN + random.nextInt(2 * SEGMENTS_MIN));
        final Map<Long, Integer> model = new HashMap<>();
        final Queue<StoreSnapshot> open = new ArrayDeque<>();
        try (StateStore<Long> store = memory.factory().create(context())) {
            fill(store, model, open, random);
            model.forEach(
                    (key, bytes) -> {
                        store.setCurrentKey(key);
                        assertThat(values(store).get()).hasSize(bytes);
                    });
            open.forEach(StoreSnapshot::close);
        }
        memory.close();
    }

    private static void fill(
            final StateStore<Long> store,
            final Map<Long, Integer> model,
            final Queue<StoreSnapshot> open,
            final Random random) {
        final int keys = 300 + random.nextInt(3_000);
        final int bytesMax = 50 + random.nextInt(1_000);
        final int pause = 20 + random.nextInt(2_000);
        final TimerQueue<Long, Integer> timers = store.timers("timers", Serializers.INT);
        for (int i = 0; i < OPERATIONS; i++) {
            final long key = random.nextInt(keys);
            store.setCurrentKey(key);
            if (random.nextInt(20) == 0) {
                values(store).clear();
                model.remove(key);
            } else {
                final byte[] value = new byte[random.nextInt(bytesMax)];
                values(store).update(value);
                model.put(key, value.length);
            }
            if (random.nextInt(3) == 0) {
                timers.register(0, Long.MAX_VALUE);
            }
            if (random.nextInt(pause) == 0) {
                open.add(
                        store.snapshot(
                                BegunCheckpoint.full(new CheckpointId(new UUID(0, 1), i + 1, 0))));
            }
            if (open.size() > SNAPSHOTS_MAX || !open.isEmpty() && random.nextInt(2 * pause) == 0) {
                open.remove().close();
            }
        }
    }

    private static ValueState<byte[]> values(final StateStore<Long> store) {
        return store.state(StateDescriptor.value("values", Serializers.BYTES));
    }
}
