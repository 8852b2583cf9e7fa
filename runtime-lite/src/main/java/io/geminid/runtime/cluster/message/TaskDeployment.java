package io.geminid.runtime.cluster.message;

import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskRestore;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import java.util.List;

/**
 * What a worker must know to make a task, beyond the graph that it has built itself.
 *
 * @param task which attempt
 * @param outputs one for each outgoing edge, in the order of the graph
 * @param inputs one for each incoming edge, in the order of the graph
 * @param restore what it begins with
 */
public record TaskDeployment(
        TaskId task, List<Output> outputs, List<Input> inputs, TaskRestore restore) {

    /**
     * A partition to make.
     *
     * @param service name of the shuffle service
     * @param partition what it is
     */
    public record Output(String service, PartitionDescriptor partition) {

        void write(final RecordOutput out) {
            out.putUtf8(service);
            Fields.writePartition(partition, out);
        }

        static Output read(final RecordInput in) {
            return new Output(in.getUtf8(), Fields.readPartition(in));
        }
    }

    /**
     * A gate to make.
     *
     * @param service name of the shuffle service
     * @param channels what each channel reads
     */
    public record Input(String service, List<SubpartitionSource> channels) {

        /** Copies the list. */
        public Input {
            channels = List.copyOf(channels);
        }

        void write(final RecordOutput out) {
            out.putUtf8(service);
            Fields.writeList(channels, Fields::writeSource, out);
        }

        static Input read(final RecordInput in) {
            return new Input(in.getUtf8(), Fields.readList(Fields::readSource, in));
        }
    }

    /** Copies the lists. */
    public TaskDeployment {
        outputs = List.copyOf(outputs);
        inputs = List.copyOf(inputs);
    }

    void write(final RecordOutput out) {
        Fields.writeTaskId(task, out);
        Fields.writeList(outputs, Output::write, out);
        Fields.writeList(inputs, Input::write, out);
        Fields.writeRestore(restore, out);
    }

    static TaskDeployment read(final RecordInput in) {
        return new TaskDeployment(
                Fields.readTaskId(in),
                Fields.readList(Output::read, in),
                Fields.readList(Input::read, in),
                Fields.readRestore(in));
    }
}
