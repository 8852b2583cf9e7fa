/**
 * Flink's keyed state in the Gemini store.
 *
 * <p>Start at {@link io.geminid.flink.state.GeminiStateBackend}. {@link
 * io.geminid.flink.state.kind} keeps Flink's kinds of state as states of the store, {@link
 * io.geminid.flink.state.bytes} lets Flink's serializers write to it, {@link
 * io.geminid.flink.state.checkpoint} brings snapshots into Flink's own handles and back.
 *
 * <p>Imports Flink, {@code memory}, {@code config} and {@code state}. Sizes are in bytes.
 */
package io.geminid.flink.state;
