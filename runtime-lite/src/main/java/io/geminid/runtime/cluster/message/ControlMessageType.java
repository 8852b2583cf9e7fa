package io.geminid.runtime.cluster.message;

import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import java.util.function.Function;

/** The kinds of messages, with their codes on the wire. A code is never given to another kind. */
public enum ControlMessageType {
    /** {@link FromWorker.Hello}. */
    HELLO(1, FromWorker.Hello::read),
    /** {@link FromWorker.Alive}. */
    WORKER_ALIVE(2, in -> new FromWorker.Alive()),
    /** {@link FromWorker.JobPrepared}. */
    JOB_PREPARED(3, FromWorker.JobPrepared::read),
    /** {@link FromWorker.JobRefused}. */
    JOB_REFUSED(4, FromWorker.JobRefused::read),
    /** {@link FromWorker.TaskChanged}. */
    TASK_CHANGED(5, FromWorker.TaskChanged::read),
    /** {@link FromWorker.Progress}. */
    PROGRESS(6, FromWorker.Progress::read),
    /** {@link FromWorker.JobReleased}. */
    JOB_RELEASED(7, FromWorker.JobReleased::read),
    /** {@link FromWorker.SnapshotTaken}. */
    SNAPSHOT_TAKEN(8, FromWorker.SnapshotTaken::read),
    /** {@link FromWorker.SnapshotDeclined}. */
    SNAPSHOT_DECLINED(9, FromWorker.SnapshotDeclined::read),
    /** {@link FromWorker.TasksReleased}. */
    TASKS_RELEASED(10, FromWorker.TasksReleased::read),
    /** {@link FromCoordinator.Alive}. */
    COORDINATOR_ALIVE(65, in -> new FromCoordinator.Alive()),
    /** {@link FromCoordinator.PrepareJob}. */
    PREPARE_JOB(66, FromCoordinator.PrepareJob::read),
    /** {@link FromCoordinator.DeployTask}. */
    DEPLOY_TASK(67, FromCoordinator.DeployTask::read),
    /** {@link FromCoordinator.StartTasks}. */
    START_TASKS(68, FromCoordinator.StartTasks::read),
    /** {@link FromCoordinator.CancelTasks}. */
    CANCEL_TASKS(69, FromCoordinator.CancelTasks::read),
    /** {@link FromCoordinator.ReleaseJob}. */
    RELEASE_JOB(70, FromCoordinator.ReleaseJob::read),
    /** {@link FromCoordinator.Stop}. */
    STOP(71, in -> new FromCoordinator.Stop()),
    /** {@link FromCoordinator.TriggerCheckpoint}. */
    TRIGGER_CHECKPOINT(72, FromCoordinator.TriggerCheckpoint::read),
    /** {@link FromCoordinator.CheckpointCompleted}. */
    CHECKPOINT_COMPLETED(73, FromCoordinator.CheckpointCompleted::read),
    /** {@link FromCoordinator.CheckpointAborted}. */
    CHECKPOINT_ABORTED(74, FromCoordinator.CheckpointAborted::read),
    /** {@link FromCoordinator.ReleaseTasks}. */
    RELEASE_TASKS(75, FromCoordinator.ReleaseTasks::read),
    /** {@link FromCoordinator.ReleasePartitions}. */
    RELEASE_PARTITIONS(76, FromCoordinator.ReleasePartitions::read);

    private final int code;
    private final Function<RecordInput, ControlMessage> reader;

    ControlMessageType(final int code, final Function<RecordInput, ControlMessage> reader) {
        this.code = code;
        this.reader = reader;
    }

    /**
     * @return one byte on the wire
     */
    public int code() {
        return code;
    }

    /**
     * Finds a kind.
     *
     * @param code from the wire
     * @return the kind
     * @throws RecordFormatException if there is none
     */
    public static ControlMessageType of(final int code) {
        for (final ControlMessageType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new RecordFormatException("controlMessageType=" + code + " is unknown");
    }

    ControlMessage read(final RecordInput in) {
        final ControlMessage message = reader.apply(in);
        if (in.remaining() != 0) {
            throw new RecordFormatException(
                    "controlMessageType=" + this + " bytesLeft=" + in.remaining());
        }
        return message;
    }
}
