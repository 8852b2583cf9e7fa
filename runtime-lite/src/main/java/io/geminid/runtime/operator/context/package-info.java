/**
 * What an operator is given besides records: who it is, clock, randomness, executors, files, state,
 * counters. Nothing of it is global, so that a whole cluster can run in one thread from a seed.
 *
 * <p>Start at {@link io.geminid.runtime.operator.context.OperatorContext}. Imports {@code time} and
 * {@code state}. Times are in milliseconds.
 */
package io.geminid.runtime.operator.context;
