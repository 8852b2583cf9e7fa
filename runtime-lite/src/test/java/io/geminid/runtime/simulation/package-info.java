/**
 * A whole cluster in one thread: coordinator, workers, tasks, control links and network take their
 * turns in an order that a seed decides, and time passes only when nobody has anything to do.
 *
 * <p>Start at {@link io.geminid.runtime.simulation.SimulatedCluster}.
 */
package io.geminid.runtime.simulation;
