/**
 * Access logs: their lines, read and made.
 *
 * <p>Start at {@link io.geminid.perf.demo.log.AccessLogParser}. Times are in seconds since 1970, as
 * the log has them.
 */
package io.geminid.perf.demo.log;
