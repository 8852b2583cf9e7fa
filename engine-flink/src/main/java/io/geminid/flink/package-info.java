/**
 * Geminid inside Flink: the shuffle's transport under Flink's own partitions and gates, and keyed
 * state in Gemini.
 *
 * <p>Start at {@link io.geminid.flink.GeminidShuffleServiceFactory} or {@link
 * io.geminid.flink.GeminiStateBackendFactory}, which Flink's configuration names. {@link
 * io.geminid.flink.state} keeps state; {@link io.geminid.flink.network} moves buffers between
 * TaskManagers, {@link io.geminid.flink.memory} puts registered memory behind Flink's buffer pools.
 * What a buffer means, when it may be sent, and what becomes of it in a checkpoint stays Flink's
 * own code.
 *
 * <p>The only module that imports Flink. No class of it is in a package of Flink's, and nothing is
 * done by reflection. Sizes are in bytes.
 */
package io.geminid.flink;
