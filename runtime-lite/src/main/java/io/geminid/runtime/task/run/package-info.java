/**
 * Gives tasks their turns.
 *
 * <p>Start at {@link io.geminid.runtime.task.run.TaskRunner}; {@link
 * io.geminid.runtime.task.run.ThreadTaskRunner} has a thread for each task. A simulator has its own
 * and calls {@link io.geminid.runtime.task.Task#runOneStep} as it likes.
 *
 * <p>Imports {@code task}.
 */
package io.geminid.runtime.task.run;
