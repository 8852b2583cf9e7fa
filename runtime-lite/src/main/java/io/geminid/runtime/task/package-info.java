/**
 * A task: one attempt of one subtask of a vertex, run by one thread at a time.
 *
 * <p>Start at {@link io.geminid.runtime.task.Task}: its life, step by step. {@code task.io} joins
 * operators with gates and partitions, {@code task.mailbox} is what the thread does between
 * records, {@code task.run} gives it a thread. A task reaches the world only through its {@link
 * io.geminid.runtime.task.TaskContext}, so a simulator may drive many of them from one thread.
 *
 * <p>Imports {@code graph}, {@code operator}, {@code time}, {@code record}, {@code shuffle} and
 * {@code state}. Times are in nanoseconds unless a name says otherwise, sizes in bytes.
 */
package io.geminid.runtime.task;
