/**
 * Timers as records of the log, and which comes next.
 *
 * <p>Start at {@link io.geminid.state.gemini.timer.GeminiTimerQueue}. Times are in milliseconds.
 * Task thread only.
 *
 * <p>Imports {@code serial}, {@code state}, {@code state.gemini.kind} and {@code
 * state.gemini.table}.
 */
package io.geminid.state.gemini.timer;
