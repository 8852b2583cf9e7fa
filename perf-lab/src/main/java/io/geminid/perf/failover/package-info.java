/**
 * How a job survives that its workers are killed, again and again: how long until it goes on, and
 * whether its output is exact in the end.
 *
 * <p>Start at {@link io.geminid.perf.failover.FailoverCommand}. Times are in nanoseconds.
 */
package io.geminid.perf.failover;
