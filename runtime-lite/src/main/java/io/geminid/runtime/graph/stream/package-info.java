/**
 * The graph as the program wrote it: one node an operator, before chaining.
 *
 * <p>Start at {@link io.geminid.runtime.graph.stream.StreamGraph}. The API builds it, {@link
 * io.geminid.runtime.graph.JobGraph} is made of it. Imports {@code graph.exchange} and {@code
 * operator}.
 */
package io.geminid.runtime.graph.stream;
