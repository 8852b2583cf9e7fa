package io.geminid.runtime.cluster.message;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.util.List;

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
     * @param program name of the program
     * @param arguments for it
     */
    record PrepareJob(long jobId, String program, List<String> arguments)
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
            out.putUtf8(program);
            Fields.writeList(arguments, (text, to) -> to.putUtf8(text), out);
        }

        static PrepareJob read(final RecordInput in) {
            return new PrepareJob(
                    in.getLong(), in.getUtf8(), Fields.readList(RecordInput::getUtf8, in));
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
     * Every task of the job is deployed: run those that this worker has.
     *
     * @param jobId the job
     */
    record StartTasks(long jobId) implements FromCoordinator {

        @Override
        public ControlMessageType type() {
            return ControlMessageType.START_TASKS;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
        }

        static StartTasks read(final RecordInput in) {
            return new StartTasks(in.getLong());
        }
    }

    /**
     * Stop the tasks of a job.
     *
     * @param jobId the job
     */
    record CancelJob(long jobId) implements FromCoordinator {

        @Override
        public ControlMessageType type() {
            return ControlMessageType.CANCEL_JOB;
        }

        @Override
        public void write(final RecordOutput out) {
            out.putLong(jobId);
        }

        static CancelJob read(final RecordInput in) {
            return new CancelJob(in.getLong());
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
}
