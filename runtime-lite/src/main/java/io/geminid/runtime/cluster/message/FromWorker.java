package io.geminid.runtime.cluster.message;

import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskState;
import io.geminid.runtime.task.checkpoint.TaskSnapshot;
import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a worker says to the coordinator. */
public sealed interface FromWorker extends ControlMessage {

    /**
     * The first message of every connection: who the worker is and what it offers. A connection
     * that begins with anything else is closed.
     *
     * @param token secret of the cluster
     * @param worker index of the worker, from 0 on, as it was told at its start
     * @param processId identity of this start of the worker
     * @param pid of the process
     * @param slots how many slots it offers
     * @param segments how many segments its pool may have
     */
    record Hello(ControlToken token, int worker, UUID processId, long pid, int slots, int segments)
            implements FromWorker {

        /**
         * The name of a worker.
         *
         * @param worker its index
         * @return for people, who count from 1
         */
        public static String nameOf(final int worker) {
            return "worker-" + (worker + 1);
        }

        /**
         * @return name of this worker
         */
        public String name() {
            return nameOf(worker);
        }

        @Override
        public ControlMessageType type() {
            return ControlMessageType.HELLO;
        }

        @Override
        public void write(final RecordOutput out) {
            token.write(out);
            out.putInt(worker);
            Fields.writeUuid(processId, out);
            out.putLong(pid);
            out.putInt(slots);
            out.putInt(segments);
        }

        static Hello read(final RecordInput in) {
            return new Hello(
                    ControlToken.read(in),
                    Fields.readCount(in),
                    Fields.readUuid(in),
                    in.getLong(),
                    Fields.readCount(in),
                    Fields.readCount(in));
        }
    }

    /** A sign of life. */
    record Alive() implements FromWorker {

        @Override
        public ControlMessageType type() {
            return ControlMessageType.WORKER_ALIVE;
        }

        @Override
        public void write(final RecordOutput out) {}
    }

    /**
     * The worker has built the graph and opened the shuffle services that the job needs.
     *
     * @param jobId the job
     * @param graphFingerprint of the graph the worker built; must equal the coordinator's
     * @param shuffleAddresses where each service of this worker listens, by name of the service
     */
    record JobPrepared(
            long jobId, String graphFingerprint, Map<String, InetSocketAddress> shuffleAddresses)
            implements FromWorker {

        /** Copies the addresses. */
        public JobPrepared {
            shuffleAddresses = Map.copyOf(shuffleAddresses);
        }

        @Override
        public ControlMessageType type() {
            return ControlMessageType.JOB_PREPARED;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
            out.putUtf8(graphFingerprint);
            Fields.writeMap(shuffleAddresses, Fields::writeAddress, out);
        }

        static JobPrepared read(final RecordInput in) {
            return new JobPrepared(
                    in.getLong(), in.getUtf8(), Fields.readMap(Fields::readAddress, in));
        }
    }

    /**
     * The worker cannot take part in the job.
     *
     * @param jobId the job
     * @param reason for the user
     */
    record JobRefused(long jobId, FailureText reason) implements FromWorker {

        @Override
        public ControlMessageType type() {
            return ControlMessageType.JOB_REFUSED;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
            reason.write(out);
        }

        static JobRefused read(final RecordInput in) {
            return new JobRefused(in.getLong(), FailureText.read(in));
        }
    }

    /**
     * A task is in another state.
     *
     * @param task which attempt
     * @param state the new state
     * @param failure why, if it failed; else empty
     */
    record TaskChanged(TaskId task, TaskState state, FailureText failure) implements FromWorker {

        @Override
        public ControlMessageType type() {
            return ControlMessageType.TASK_CHANGED;
        }

        @Override
        public void write(final RecordOutput out) {
            Fields.writeTaskId(task, out);
            out.putByte(state.ordinal());
            failure.write(out);
        }

        static TaskChanged read(final RecordInput in) {
            return new TaskChanged(Fields.readTaskId(in), readState(in), FailureText.read(in));
        }

        private static TaskState readState(final RecordInput in) {
            final int ordinal = in.getByte();
            final TaskState[] states = TaskState.values();
            if (ordinal < 0 || ordinal >= states.length) {
                throw new RecordFormatException("taskState=" + ordinal + " is unknown");
            }
            return states[ordinal];
        }
    }

    /**
     * Counters of this moment.
     *
     * @param worker memory and network
     * @param tasks counters of each task that runs
     */
    record Progress(WorkerCounters worker, List<TaskCounters> tasks) implements FromWorker {

        /** Copies the list. */
        public Progress {
            tasks = List.copyOf(tasks);
        }

        @Override
        public ControlMessageType type() {
            return ControlMessageType.PROGRESS;
        }

        @Override
        public void write(final RecordOutput out) {
            worker.write(out);
            Fields.writeList(tasks, TaskCounters::write, out);
        }

        static Progress read(final RecordInput in) {
            return new Progress(WorkerCounters.read(in), Fields.readList(TaskCounters::read, in));
        }
    }

    /**
     * The worker holds nothing of these tasks any more.
     *
     * @param jobId the job
     * @param region as in {@link FromCoordinator.ReleaseTasks}
     * @param tasks counters of each at its end
     */
    record TasksReleased(long jobId, int region, List<TaskCounters> tasks) implements FromWorker {

        /** Copies the list. */
        public TasksReleased {
            tasks = List.copyOf(tasks);
        }

        @Override
        public ControlMessageType type() {
            return ControlMessageType.TASKS_RELEASED;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
            out.putInt(region);
            Fields.writeList(tasks, TaskCounters::write, out);
        }

        static TasksReleased read(final RecordInput in) {
            return new TasksReleased(
                    in.getLong(), Fields.readCount(in), Fields.readList(TaskCounters::read, in));
        }
    }

    /**
     * The worker holds nothing of the job any more.
     *
     * @param jobId the job
     * @param worker memory and network after that
     * @param tasks counters of each of the job's tasks at its end
     */
    record JobReleased(long jobId, WorkerCounters worker, List<TaskCounters> tasks)
            implements FromWorker {

        /** Copies the list. */
        public JobReleased {
            tasks = List.copyOf(tasks);
        }

        @Override
        public ControlMessageType type() {
            return ControlMessageType.JOB_RELEASED;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
            worker.write(out);
            Fields.writeList(tasks, TaskCounters::write, out);
        }

        static JobReleased read(final RecordInput in) {
            return new JobReleased(
                    in.getLong(), WorkerCounters.read(in), Fields.readList(TaskCounters::read, in));
        }
    }

    /**
     * A snapshot of a task is durable.
     *
     * @param task which attempt
     * @param checkpoint number of the checkpoint
     * @param snapshot what it consists of
     */
    record SnapshotTaken(TaskId task, long checkpoint, TaskSnapshot snapshot)
            implements FromWorker {

        @Override
        public ControlMessageType type() {
            return ControlMessageType.SNAPSHOT_TAKEN;
        }

        @Override
        public void write(final RecordOutput out) {
            Fields.writeTaskId(task, out);
            out.putLong(checkpoint);
            out.putLong(snapshot.channelBytes());
            out.putLong(snapshot.restoredBytes());
            out.putLong(snapshot.restoredBytesRead());
            Fields.writeOperators(snapshot.operators(), out);
        }

        static SnapshotTaken read(final RecordInput in) {
            final TaskId task = Fields.readTaskId(in);
            final long checkpoint = in.getLong();
            final long channelBytes = in.getLong();
            final long restoredBytes = in.getLong();
            final long restoredBytesRead = in.getLong();
            return new SnapshotTaken(
                    task,
                    checkpoint,
                    new TaskSnapshot(
                            Fields.readOperators(in),
                            channelBytes,
                            restoredBytes,
                            restoredBytesRead));
        }
    }

    /**
     * A snapshot of a task will not be.
     *
     * @param task which attempt
     * @param checkpoint number of the checkpoint
     * @param reason why
     */
    record SnapshotDeclined(TaskId task, long checkpoint, String reason) implements FromWorker {

        @Override
        public ControlMessageType type() {
            return ControlMessageType.SNAPSHOT_DECLINED;
        }

        @Override
        public void write(final RecordOutput out) {
            Fields.writeTaskId(task, out);
            out.putLong(checkpoint);
            out.putUtf8(reason);
        }

        static SnapshotDeclined read(final RecordInput in) {
            return new SnapshotDeclined(Fields.readTaskId(in), in.getLong(), in.getUtf8());
        }
    }
}
