/**
 * Which task runs where, and when.
 *
 * <p>Start at {@link io.geminid.runtime.schedule.SchedulingStrategy}: it says which subtasks are to
 * be deployed together. {@link io.geminid.runtime.schedule.SlotSharing} says how many slots they
 * need, {@link io.geminid.runtime.schedule.SlotPool} which slots there are. Nothing here knows a
 * clock or a thread; the coordinator owns all of it. The same workers and the same job give the
 * same assignment.
 *
 * <p>Imports {@code graph}.
 */
package io.geminid.runtime.schedule;
