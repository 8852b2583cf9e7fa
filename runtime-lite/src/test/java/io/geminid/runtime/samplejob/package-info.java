/**
 * A job with every exchange, windows, timers and two inputs, whose result a single loop computes
 * too.
 *
 * <p>Start at {@link io.geminid.runtime.samplejob.SampleProgram}; {@link
 * io.geminid.runtime.samplejob.SampleResult} is what it must give.
 */
package io.geminid.runtime.samplejob;
