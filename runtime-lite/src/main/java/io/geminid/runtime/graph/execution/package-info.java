/**
 * The physical graph: each vertex once for every subtask, with attempts, partitions and channels.
 *
 * <p>Start at {@link io.geminid.runtime.graph.execution.ExecutionGraph}; {@link
 * io.geminid.runtime.graph.execution.EdgeMapping} says which subtask is connected with which. The
 * coordinator owns it; one thread. Imports {@code graph} and the identities of {@code shuffle}.
 */
package io.geminid.runtime.graph.execution;
