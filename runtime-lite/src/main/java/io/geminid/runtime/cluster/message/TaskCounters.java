package io.geminid.runtime.cluster.message;

import io.geminid.runtime.task.TaskId;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.util.Map;

/**
 * Counters of one task.
 *
 * @param task which attempt
 * @param counters by name
 */
public record TaskCounters(TaskId task, Map<String, Long> counters) {

    /** Copies the counters. */
    public TaskCounters {
        counters = Map.copyOf(counters);
    }

    void write(final RecordOutput out) {
        Fields.writeTaskId(task, out);
        Fields.writeMap(counters, (value, to) -> to.putLong(value), out);
    }

    static TaskCounters read(final RecordInput in) {
        return new TaskCounters(Fields.readTaskId(in), Fields.readMap(RecordInput::getLong, in));
    }
}
