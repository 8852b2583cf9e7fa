package io.geminid.runtime.task;

import io.geminid.runtime.task.checkpoint.RestoredChannel;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a task begins with: its part of a checkpoint.
 *
 * @param checkpoint number of the checkpoint, 0 for none or for one of another job
 * @param operators of the task's vertex, by their identity in checkpoints; if parallelism has not
 *     changed with this subtask only, else with all
 * @param channels what was in flight towards the task, both sides of each channel together
 */
public record TaskRestore(
        long checkpoint, Map<String, OperatorSnapshot> operators, List<RestoredChannel> channels) {

    /** Nothing. */
    public static final TaskRestore NONE = new TaskRestore(0, Map.of(), List.of());

    /** Copies map and list. */
    public TaskRestore {
        operators = new TreeMap<>(operators);
        channels = List.copyOf(channels);
    }
}
