package io.geminid.runtime.operator;

import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.context.OperatorMetrics;
import io.geminid.runtime.operator.context.OperatorServices;
import io.geminid.runtime.operator.context.SubtaskInfo;
import io.geminid.runtime.time.ProcessingTimeService;
import io.geminid.serial.RecordSerializer;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.heap.HeapStateStore;
import java.nio.file.FileSystems;
import java.time.Instant;
import java.util.Random;

/** Contexts for operators that run on a test's own thread. */
public final class TestServices {

    private TestServices() {}

    /**
     * A context for a subtask.
     *
     * @param subtask which
     * @param keySerializer of its keys; null if it has none
     * @param clock its clock
     * @param seed of its randomness
     * @return the context, with a new and empty store
     */
    public static OperatorContext context(
            final SubtaskInfo subtask,
            final RecordSerializer<?> keySerializer,
            final ProcessingTimeService clock,
            final long seed) {
        final OperatorServices services =
                new OperatorServices(
                        clock,
                        new Random(seed),
                        Runnable::run,
                        Runnable::run,
                        FileSystems.getDefault(),
                        false);
        return new OperatorContext(
                subtask,
                services,
                new OperatorMetrics(),
                keySerializer == null ? null : store(subtask, keySerializer, clock));
    }

    private static <K> StateStore<K> store(
            final SubtaskInfo subtask,
            final RecordSerializer<K> keySerializer,
            final ProcessingTimeService clock) {
        final KeyGroupRange range =
                KeyGroupRange.of(subtask.maxParallelism(), subtask.parallelism(), subtask.index());
        return new HeapStateStore<>(
                new StateStoreContext<>(
                        subtask.operator(),
                        keySerializer,
                        range,
                        subtask.maxParallelism(),
                        () -> Instant.ofEpochMilli(clock.currentTimeMillis())));
    }
}
