/**
 * Flink's kinds of keyed state over states of the store.
 *
 * <p>Start at {@link io.geminid.flink.state.kind.StoredState}, which knows how a state of Flink's
 * is kept: value, reducing and aggregating states as one value each, lists and maps as such. {@link
 * io.geminid.flink.state.kind.KeyedStates} makes what a job holds in its hands.
 *
 * <p>Imports Flink, {@code state} and {@code flink.state.bytes}. Task thread only.
 */
package io.geminid.flink.state.kind;
