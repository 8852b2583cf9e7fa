/**
 * {@code perf shuffle}: streams records from one process to another, beside peers that do the same
 * with less.
 *
 * <p>Start at {@link io.geminid.perf.shuffle.ShuffleCommand}. It starts each subject in two fresh
 * JVMs ({@link io.geminid.perf.shuffle.endpoint.BenchmarkMain}: one sends, one receives), lets them
 * warm up, and reads their counters twice; subjects take turns, run after run.
 */
package io.geminid.perf.shuffle;
