package io.geminid.runtime.task;

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
}
