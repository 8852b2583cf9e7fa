package io.geminid.runtime.task;

import io.geminid.runtime.task.checkpoint.TaskSnapshot;

/** Told about the life of tasks. */
@FunctionalInterface
public interface TaskListener {

    /**
     * A task is in another state; it holds nothing any more if that is terminal. Called on the
     * task's thread, must be quick.
     *
     * @param task which
     * @param state the new state
     * @param failure why, if it failed; else {@code null}
     */
    void onState(TaskId task, TaskState state, Throwable failure);

    /**
     * A snapshot of a task is durable. Any thread.
     *
     * @param task which
     * @param checkpoint number of the checkpoint
     * @param snapshot what it consists of
     */
    default void onSnapshot(
            final TaskId task, final long checkpoint, final TaskSnapshot snapshot) {}

    /**
     * A snapshot of a task will not be. Any thread.
     *
     * @param task which
     * @param checkpoint number of the checkpoint
     * @param reason why
     */
    default void onDeclined(final TaskId task, final long checkpoint, final String reason) {}
}
