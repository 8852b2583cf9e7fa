/**
 * What all transports between processes have in common: the whole protocol of a connection, without
 * memory layout, I/O, timers and threads.
 *
 * <p>Start at {@link io.geminid.shuffle.transport.link.FrameLink}: it greets, pulls frames from the
 * handler, gives it the frames that come, acknowledges and says goodbye. How a frame gets from one
 * process to the other, as bytes of a stream or as a message of its own, is the transport's.
 *
 * <p>Imports {@code memory}, {@code shuffle.transport} and {@code shuffle.wire}. Sizes are in
 * bytes.
 */
package io.geminid.shuffle.transport.link;
