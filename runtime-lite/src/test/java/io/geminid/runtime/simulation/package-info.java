/**
 * A whole cluster in one thread: coordinator, workers, tasks, control links and network take their
 * turns in an order that a seed decides, and so does how much time passes.
 *
 * <p>Start at {@link io.geminid.runtime.simulation.SimulatedCluster}.
 */
package io.geminid.runtime.simulation;
