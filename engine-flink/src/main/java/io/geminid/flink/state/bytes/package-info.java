/**
 * Flink's serializers over the cursors of the store: what they write is, byte for byte, what they
 * write everywhere.
 *
 * <p>Start at {@link io.geminid.flink.state.bytes.FlinkSerializer}. Imports Flink and {@code
 * serial}. Task thread only, or the one thread that made it.
 */
package io.geminid.flink.state.bytes;
