/**
 * {@code perf blocking}: records written to disk and read again, beside the shuffles of other
 * engines doing the same, and beside the disk itself.
 *
 * <p>Start at {@link io.geminid.perf.blocking.BlockingCommand}. {@code BlockingBenchmark} has the
 * order of measurements, {@code Subject} who is measured, {@code PeerClasses} gets what the engines
 * need from Maven. What is measured is in {@code blocking.exchange}.
 */
package io.geminid.perf.blocking;
