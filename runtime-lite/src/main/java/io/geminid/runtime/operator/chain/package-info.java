/**
 * The operators of a task, joined by direct calls.
 *
 * <p>Start at {@link io.geminid.runtime.operator.chain.OperatorChain}, which the task makes of a
 * job vertex and its partitions' outputs. Imports {@code graph} and {@code operator}.
 */
package io.geminid.runtime.operator.chain;
