package io.geminid.runtime.task.run;

import io.geminid.runtime.task.Task;
import java.util.function.Function;

/** Runs tasks until they are done. Thread-safe. */
public interface TaskRunner {

    /**
     * Makes a task and begins to run it.
     *
     * @param maker makes the task, given its wake-up; called once, before this returns
     * @return the task, running
     */
    RunningTask launch(Function<Runnable, Task> maker);

    /** A task that was launched. Thread-safe. */
    interface RunningTask {

        /**
         * @return the task
         */
        Task task();

        /**
         * Tells the task's thread to stop waiting, wherever it waits; for a task that was cancelled
         * and does not end. May be called again and again.
         */
        void interrupt();
    }
}
