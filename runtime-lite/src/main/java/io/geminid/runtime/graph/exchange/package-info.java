/**
 * How records get from the subtasks of one vertex to those of the next.
 *
 * <p>Start at {@link io.geminid.runtime.graph.exchange.Exchange}. A {@link
 * io.geminid.runtime.graph.exchange.Partitioner} is an exchange with what it needs to choose a
 * channel; a {@link io.geminid.runtime.graph.exchange.ChannelSelector} is that choice in one
 * subtask. Imports {@code operator.function} and {@code state}.
 */
package io.geminid.runtime.graph.exchange;
