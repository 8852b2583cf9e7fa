/**
 * The operators behind the functions of {@code operator.function}, and a few ready-made ones.
 *
 * <p>Start at {@link io.geminid.runtime.operator.standard.KeyedProcessOperator}; windows are in
 * {@code window}. Imports {@code operator} and {@code time}.
 */
package io.geminid.runtime.operator.standard;
