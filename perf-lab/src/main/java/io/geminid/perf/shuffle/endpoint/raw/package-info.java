/**
 * The ceiling: a plain stream between two sockets.
 *
 * <p>Start at {@link io.geminid.perf.shuffle.endpoint.raw.RawTcpSender}.
 */
package io.geminid.perf.shuffle.endpoint.raw;
