/**
 * {@code perf checkpoint}: changes, snapshots and restores one store after the other.
 *
 * <p>Start at {@link io.geminid.perf.checkpoint.CheckpointCommand}. Each store runs in a fresh JVM
 * ({@link io.geminid.perf.state.workload.CheckpointBenchmarkMain}), and they take turns, round by
 * round.
 */
package io.geminid.perf.checkpoint;
