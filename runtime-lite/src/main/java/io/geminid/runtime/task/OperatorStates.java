package io.geminid.runtime.task;

import io.geminid.runtime.graph.stream.StreamNode;
import io.geminid.runtime.operator.chain.OperatorChain;
import io.geminid.runtime.operator.context.OperatorMetrics;
import io.geminid.runtime.task.checkpoint.OperatorState;
import io.geminid.runtime.task.io.InputProgress;
import io.geminid.runtime.task.storage.JobSnapshots;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.StateStore;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The state of a task's operators: taken for a snapshot, and given back. Task thread only. */
final class OperatorStates {

    private final TaskPlan plan;
    private final TaskMetrics metrics;
    private final Map<StreamNode, StateStore<?>> stores = new HashMap<>();

    OperatorStates(final TaskPlan plan, final TaskMetrics metrics) {
        this.plan = plan;
        this.metrics = metrics;
    }

    /** Takes all of it, that of the task itself first. */
    List<OperatorState> take(
            final BegunCheckpoint checkpoint,
            final OperatorChain chain,
            final InputProgress progress)
            throws Exception {
        final List<OperatorState> states = new ArrayList<>();
        final RecordOutput task = new RecordOutput();
        task.beginInScratch();
        progress.write(task);
        writeCounters(task);
        states.add(
                new OperatorState(
                        plan.taskId(),
                        plan.vertex().parallelism(),
                        plan.vertex().maxParallelism(),
                        copy(task),
                        null,
                        null));
        chain.snapshot(
                checkpoint.id().checkpoint(),
                (node, plain, blocking) ->
                        states.add(
                                new OperatorState(
                                        TaskPlan.operatorId(node),
                                        node.parallelism(),
                                        node.settings().maxParallelism(),
                                        copy(plain),
                                        keyed(stores.get(node), checkpoint),
                                        blocking)));
        return states;
    }

    /** So that accounts of what operators saw hold across failures. */
    private void writeCounters(final RecordOutput out) {
        out.putVarInt(metrics.operators().size());
        metrics.operators()
                .forEach(
                        (name, counters) -> {
                            out.putUtf8(name);
                            final Map<String, Long> values = counters.values();
                            out.putVarInt(values.size());
                            values.forEach(
                                    (counter, value) -> {
                                        out.putUtf8(counter);
                                        out.putLong(value);
                                    });
                        });
    }

    private void restoreCounters(final RecordInput in) {
        for (int i = in.getVarInt(); i > 0; i--) {
            final OperatorMetrics operator = metrics.operator(in.getUtf8());
            for (int j = in.getVarInt(); j > 0; j--) {
                operator.counter(in.getUtf8()).add(in.getLong());
            }
        }
    }

    private static StoreSnapshot keyed(
            final StateStore<?> store, final BegunCheckpoint checkpoint) {
        return store == null ? null : store.snapshot(checkpoint);
    }

    private static byte[] copy(final RecordOutput out) {
        final byte[] bytes = new byte[out.length()];
        out.scratch().get(0, bytes);
        return bytes;
    }

    /** Gives a new store what was kept of it. */
    void add(final StreamNode node, final StateStore<?> store, final JobSnapshots snapshots) {
        stores.put(node, store);
        final OperatorSnapshot snapshot = plan.restore().operators().get(TaskPlan.operatorId(node));
        if (snapshot == null) {
            return;
        }
        final List<StatePart> parts = new ArrayList<>();
        for (final SubtaskSnapshot subtask : snapshot.subtasks()) {
            subtask.parts().stream()
                    .filter(part -> part.kind() == PartKind.KEYED || part.kind() == PartKind.TIMERS)
                    .forEach(parts::add);
        }
        try {
            store.restore(plan.restore().checkpoint(), parts, snapshots.storage());
        } catch (final IOException e) {
            throw new UncheckedIOException("state cannot be restored: " + e.getMessage(), e);
        }
    }

    /** How far the task had come; {@code null} if nothing is restored. */
    InputProgress progress() {
        final var restored = plan.restored(plan.taskId());
        if (restored == null) {
            return null;
        }
        InputProgress all = null;
        for (final int subtask : restored.states().keySet()) {
            final RecordInput in = restored.of(subtask);
            final InputProgress one = InputProgress.read(in);
            if (subtask == plan.id().subtask()) {
                restoreCounters(in);
            }
            all = all == null ? one : all.and(one);
        }
        return all;
    }
}
