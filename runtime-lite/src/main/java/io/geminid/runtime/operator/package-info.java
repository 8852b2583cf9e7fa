/**
 * Operators: what a task runs. One family for everything, bounded or not (a batch is a stream that
 * ends).
 *
 * <p>Start at {@link io.geminid.runtime.operator.StreamOperator} for the life cycle, then {@link
 * io.geminid.runtime.operator.OneInputOperator}. An operator sends to an {@link
 * io.geminid.runtime.operator.Output} and gets everything else from its {@link
 * io.geminid.runtime.operator.context.OperatorContext}. {@link
 * io.geminid.runtime.operator.chain.OperatorChain} joins the operators of a task.
 *
 * <p>Every method of every operator is called by the one task thread, and none may block. Records
 * are passed on by reference inside a task: whoever gets one must not change it. Imports {@code
 * time}. Times are in milliseconds.
 */
package io.geminid.runtime.operator;
