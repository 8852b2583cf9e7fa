/**
 * Sources: where records come from.
 *
 * <p>Start at {@link io.geminid.runtime.operator.source.Source}. A source is divided into splits,
 * each split is read by one subtask at a time through a {@link
 * io.geminid.runtime.operator.source.SplitReader}, and has watermarks of its own. {@link
 * io.geminid.runtime.operator.source.SplitSourceOperator} makes an operator of it.
 *
 * <p>Imports {@code operator} and {@code time}.
 */
package io.geminid.runtime.operator.source;
