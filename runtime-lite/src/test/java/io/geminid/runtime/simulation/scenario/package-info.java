/**
 * Runs of a simulated cluster in which things go wrong, each decided by a seed alone: the job, the
 * configuration, the network, and what fails when.
 *
 * <p>Start at {@link io.geminid.runtime.simulation.scenario.ScenarioRun}. {@link
 * io.geminid.runtime.simulation.scenario.Campaign} runs many, {@link
 * io.geminid.runtime.simulation.scenario.Sometimes} says which interesting states they reached.
 */
package io.geminid.runtime.simulation.scenario;
