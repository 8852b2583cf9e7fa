/**
 * What transports over a stream of bytes have in common: frames become bytes and bytes frames,
 * without I/O, timers and threads.
 *
 * <p>Start at {@link io.geminid.shuffle.transport.stream.StreamLink}. A transport moves bytes
 * between it and its sockets; {@link io.geminid.shuffle.transport.stream.FrameReader} says where
 * the next bytes go, which while a data payload is awaited is the segment itself.
 *
 * <p>Imports {@code memory}, {@code shuffle.transport}, {@code shuffle.transport.link} and {@code
 * shuffle.wire}. Sizes are in bytes.
 */
package io.geminid.shuffle.transport.stream;
