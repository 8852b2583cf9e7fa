/**
 * Faults of one line that real engines have had, switched into copies of the product's classes to
 * see whether scenarios find them. They are never part of what is shipped.
 *
 * <p>The faults are in the resource {@code mutants.txt}; {@link
 * io.geminid.runtime.simulation.mutant.MutantCampaign} runs scenarios against each.
 */
package io.geminid.runtime.simulation.mutant;
