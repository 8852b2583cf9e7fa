/**
 * Between a task's operators and its gates and partitions.
 *
 * <p>Start at {@link io.geminid.runtime.task.io.Work}: what a task does when it has nothing else to
 * do, {@link io.geminid.runtime.task.io.InputWork} with inputs or {@link
 * io.geminid.runtime.task.io.SourceWork} without. {@link io.geminid.runtime.task.io.TaskOutputs}
 * are the partitions.
 *
 * <p>The task's thread only, except for listeners. Imports {@code graph}, {@code operator}, {@code
 * record} and {@code shuffle}. Sizes are in bytes.
 */
package io.geminid.runtime.task.io;
