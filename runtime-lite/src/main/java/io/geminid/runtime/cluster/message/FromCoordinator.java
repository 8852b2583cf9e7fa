package io.geminid.runtime.cluster.message;

import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.log.LogPosition;
import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.shuffle.event.EventCodec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What the coordinator says to a worker. */
public sealed interface FromCoordinator extends ControlMessage {

    /** A sign of life. */
    record Alive() implements FromCoordinator {

        @Override
        public ControlMessageType type() {
            return ControlMessageType.COORDINATOR_ALIVE;
        }

        @Override
        public void write(final RecordOutput out) {}
    }

    /**
     * Build the graph of a job and open what it needs. Answered by {@link FromWorker.JobPrepared}
     * or {@link FromWorker.JobRefused}.
     *
     * @param jobId the job
     * @param incarnation of the coordinator, in the names of what is written for checkpoints
     * @param program name of the program
     * @param arguments for it
     */
    record PrepareJob(long jobId, int incarnation, String program, List<String> arguments)
            implements FromCoordinator {

        /** Copies the arguments. */
        public PrepareJob {
            arguments = List.copyOf(arguments);
        }

        @Override
        public ControlMessageType type() {
            return ControlMessageType.PREPARE_JOB;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
            out.putInt(incarnation);
            out.putUtf8(program);
            Fields.writeList(arguments, (text, to) -> to.putUtf8(text), out);
        }

        static PrepareJob read(final RecordInput in) {
            return new PrepareJob(
                    in.getLong(),
                    Fields.readCount(in),
                    in.getUtf8(),
                    Fields.readList(RecordInput::getUtf8, in));
        }
    }

    /**
     * Make a task with its partitions and gates, but do not run it yet.
     *
     * @param deployment what to make
     */
    record DeployTask(TaskDeployment deployment) implements FromCoordinator {

        @Override
        public ControlMessageType type() {
            return ControlMessageType.DEPLOY_TASK;
        }

        @Override
        public void write(final RecordOutput out) {
            deployment.write(out);
        }

        static DeployTask read(final RecordInput in) {
            return new DeployTask(TaskDeployment.read(in));
        }
    }

    /**
     * All tasks that these work with are deployed: run them.
     *
     * @param jobId the job
     * @param tasks which
     */
    record StartTasks(long jobId, List<TaskId> tasks) implements FromCoordinator {

        /** Copies the list. */
        public StartTasks {
            tasks = List.copyOf(tasks);
        }

        @Override
        public ControlMessageType type() {
            return ControlMessageType.START_TASKS;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
            Fields.writeList(tasks, Fields::writeTaskId, out);
        }

        static StartTasks read(final RecordInput in) {
            return new StartTasks(in.getLong(), Fields.readList(Fields::readTaskId, in));
        }
    }

    /**
     * Stop tasks.
     *
     * @param jobId the job
     * @param tasks which
     */
    record CancelTasks(long jobId, List<TaskId> tasks) implements FromCoordinator {

        /** Copies the list. */
        public CancelTasks {
            tasks = List.copyOf(tasks);
        }

        @Override
        public ControlMessageType type() {
            return ControlMessageType.CANCEL_TASKS;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
            Fields.writeList(tasks, Fields::writeTaskId, out);
        }

        static CancelTasks read(final RecordInput in) {
            return new CancelTasks(in.getLong(), Fields.readList(Fields::readTaskId, in));
        }
    }

    /**
     * These tasks have ended: forget them, and what nobody reads of what they have produced.
     * Answered by {@link FromWorker.TasksReleased}.
     *
     * @param jobId the job
     * @param region comes back in the answer
     * @param tasks which
     * @param partitions to be given up
     */
    record ReleaseTasks(
            long jobId, int region, List<TaskId> tasks, List<ResultPartitionId> partitions)
            implements FromCoordinator {

        /** Copies the lists. */
        public ReleaseTasks {
            tasks = List.copyOf(tasks);
            partitions = List.copyOf(partitions);
        }

        @Override
        public ControlMessageType type() {
            return ControlMessageType.RELEASE_TASKS;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
            out.putInt(region);
            Fields.writeList(tasks, Fields::writeTaskId, out);
            Fields.writeList(partitions, Fields::writePartitionId, out);
        }

        static ReleaseTasks read(final RecordInput in) {
            return new ReleaseTasks(
                    in.getLong(),
                    Fields.readCount(in),
                    Fields.readList(Fields::readTaskId, in),
                    Fields.readList(Fields::readPartitionId, in));
        }
    }

    /**
     * Nobody reads these partitions any more.
     *
     * @param jobId the job
     * @param partitions which
     */
    record ReleasePartitions(long jobId, List<ResultPartitionId> partitions)
            implements FromCoordinator {

        /** Copies the list. */
        public ReleasePartitions {
            partitions = List.copyOf(partitions);
        }

        @Override
        public ControlMessageType type() {
            return ControlMessageType.RELEASE_PARTITIONS;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
            Fields.writeList(partitions, Fields::writePartitionId, out);
        }

        static ReleasePartitions read(final RecordInput in) {
            return new ReleasePartitions(
                    in.getLong(), Fields.readList(Fields::readPartitionId, in));
        }
    }

    /**
     * Every task of the job has ended everywhere: forget it. Answered by {@link
     * FromWorker.JobReleased}.
     *
     * @param jobId the job
     */
    record ReleaseJob(long jobId) implements FromCoordinator {

        @Override
        public ControlMessageType type() {
            return ControlMessageType.RELEASE_JOB;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
        }

        static ReleaseJob read(final RecordInput in) {
            return new ReleaseJob(in.getLong());
        }
    }

    /** Give everything back and end. Answered by closing the link. */
    record Stop() implements FromCoordinator {

        @Override
        public ControlMessageType type() {
            return ControlMessageType.STOP;
        }

        @Override
        public void write(final RecordOutput out) {}
    }

    /**
     * Sources of the job begin a checkpoint.
     *
     * @param jobId the job
     * @param barrier what they send
     * @param rewrite files that are mostly dead, see {@link
     *     io.geminid.state.checkpoint.BegunCheckpoint}
     */
    record TriggerCheckpoint(long jobId, CheckpointBarrier barrier, Set<UUID> rewrite)
            implements FromCoordinator {

        /** Copies the set. */
        public TriggerCheckpoint {
            rewrite = Set.copyOf(rewrite);
        }

        @Override
        public ControlMessageType type() {
            return ControlMessageType.TRIGGER_CHECKPOINT;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
            Fields.writeList(List.copyOf(rewrite), Fields::writeUuid, out);
            EventCodec.write(barrier, out);
        }

        static TriggerCheckpoint read(final RecordInput in) {
            final long jobId = in.getLong();
            final List<UUID> rewrite = Fields.readList(Fields::readUuid, in);
            if (EventCodec.read(in) instanceof CheckpointBarrier barrier) {
                return new TriggerCheckpoint(jobId, barrier, new HashSet<>(rewrite));
            }
            throw new RecordFormatException("event=not a barrier");
        }
    }

    /**
     * A checkpoint can be restored.
     *
     * @param jobId the job
     * @param checkpoint its number
     * @param isFinal whether tasks that have processed all input may end
     * @param consumed before these positions no log of what was sent is needed
     */
    record CheckpointCompleted(
            long jobId, long checkpoint, boolean isFinal, List<LogPosition> consumed)
            implements FromCoordinator {

        /** Copies the list. */
        public CheckpointCompleted {
            consumed = List.copyOf(consumed);
        }

        @Override
        public ControlMessageType type() {
            return ControlMessageType.CHECKPOINT_COMPLETED;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
            out.putLong(checkpoint);
            out.putByte(isFinal ? 1 : 0);
            Fields.writeList(consumed, LogPosition::write, out);
        }

        static CheckpointCompleted read(final RecordInput in) {
            return new CheckpointCompleted(
                    in.getLong(),
                    in.getLong(),
                    in.getByte() != 0,
                    Fields.readList(LogPosition::read, in));
        }
    }

    /**
     * A checkpoint was given up.
     *
     * @param jobId the job
     * @param checkpoint its number
     */
    record CheckpointAborted(long jobId, long checkpoint) implements FromCoordinator {

        @Override
        public ControlMessageType type() {
            return ControlMessageType.CHECKPOINT_ABORTED;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
            out.putLong(checkpoint);
        }

        static CheckpointAborted read(final RecordInput in) {
            return new CheckpointAborted(in.getLong(), in.getLong());
        }
    }
}
