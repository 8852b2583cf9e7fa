/**
 * {@code perf state}: reads and writes keyed state in one store after the other.
 *
 * <p>Start at {@link io.geminid.perf.state.StateCommand}. {@link
 * io.geminid.perf.state.StateBenchmark} starts each store in a fresh JVM ({@link
 * io.geminid.perf.state.workload.StateBenchmarkMain}), all at the same time, lets them load the
 * same data, and then measures slice by slice in turns: only one of them works at a time.
 */
package io.geminid.perf.state;
