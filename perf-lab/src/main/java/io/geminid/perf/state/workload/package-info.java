/**
 * The process that {@code perf state} measures: one store with one kind of data in it, and the
 * operations on that.
 *
 * <p>Start at {@link io.geminid.perf.state.workload.StateBenchmarkMain}. {@link
 * io.geminid.perf.state.workload.StateCase} lists what can be measured; a {@link
 * io.geminid.perf.state.workload.Workload} does it. Times are in nanoseconds of the monotonic clock
 * and of the processor.
 */
package io.geminid.perf.state.workload;
