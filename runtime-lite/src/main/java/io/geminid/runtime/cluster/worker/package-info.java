/**
 * The worker: hosts tasks and owns the memory and the shuffle services they use.
 *
 * <p>Start at {@link io.geminid.runtime.cluster.worker.Worker}. It runs on one event loop; its
 * tasks run wherever the task runner has them run.
 *
 * <p>Imports {@code memory}, {@code shuffle}, {@code graph}, {@code task}, {@code cluster.control},
 * {@code cluster.message} and {@code cluster.loop}. Times are in nanoseconds.
 */
package io.geminid.runtime.cluster.worker;
