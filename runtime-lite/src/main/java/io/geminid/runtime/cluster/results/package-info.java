/**
 * What is complete of a batch job, for the coordinator that comes next (INV B9).
 *
 * <p>Start at {@link io.geminid.runtime.cluster.results.KeptResults}: a job master tells it which
 * regions have finished, and is told by it which had. {@link
 * io.geminid.runtime.cluster.results.Resumption} decides what of that still counts.
 */
package io.geminid.runtime.cluster.results;
