/**
 * The job as a logical graph: vertices are chains of operators, edges are exchanges.
 *
 * <p>Start at {@link io.geminid.runtime.graph.JobGraph}: made of the operators in {@code
 * graph.stream} by chaining; {@code graph.execution} multiplies it by the parallelism. Coordinator
 * and workers each build it from the program and compare fingerprints, so that no code travels.
 *
 * <p>Everything here is immutable and deterministic: iteration follows numbers. Imports {@code
 * graph.stream} and {@code graph.exchange}.
 */
package io.geminid.runtime.graph;
