/**
 * What else a task's thread does between records: mails and timers.
 *
 * <p>Start at {@link io.geminid.runtime.task.mailbox.Mailbox}. {@link
 * io.geminid.runtime.task.mailbox.TaskTimers} is the clock of a task.
 *
 * <p>Imports {@code time}. Times are in milliseconds since 1970.
 */
package io.geminid.runtime.task.mailbox;
