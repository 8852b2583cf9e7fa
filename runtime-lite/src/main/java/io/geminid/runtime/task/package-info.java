/**
 * A task: one subtask of a vertex, run by one thread.
 *
 * <p>Start at {@link io.geminid.runtime.task.TaskState}.
 *
 * <p>Imports {@code shuffle} and {@code state}. Times are in nanoseconds, sizes in bytes.
 */
package io.geminid.runtime.task;
