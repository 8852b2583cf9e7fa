/**
 * {@code perf checkpoint --case backpressure}: how long checkpoints take while data waits in every
 * channel, and {@code --case overhead}: what one a second costs where none waits.
 *
 * <p>Start at {@link io.geminid.perf.checkpoint.pressure.PressureBenchmark}. Each subject has
 * processes of its own, and they take turns. Times are in milliseconds.
 */
package io.geminid.perf.checkpoint.pressure;
