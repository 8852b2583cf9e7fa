/**
 * What users write: the functions that operators call.
 *
 * <p>Start at {@link io.geminid.runtime.operator.function.MapFunction}. Plain functions are shared
 * by all subtasks of a process and must be stateless; {@link
 * io.geminid.runtime.operator.function.ProcessFunction} and {@link
 * io.geminid.runtime.operator.function.KeyedProcessFunction} are made anew for each subtask and may
 * have fields. Task threads only; none may block. Times are in milliseconds.
 */
package io.geminid.runtime.operator.function;
