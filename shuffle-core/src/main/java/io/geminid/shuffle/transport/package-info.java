/**
 * Moves frames between two processes; knows nothing of partitions, gates or what a record is.
 *
 * <p>Start at {@link io.geminid.shuffle.transport.Transport}. A {@link
 * io.geminid.shuffle.transport.Connection} has one thread; on that thread it <em>pulls</em> what
 * there is to send from its {@link io.geminid.shuffle.transport.FrameHandler} whenever the link can
 * take more, and hands it what arrived. Because the link pulls, small frames are collected while
 * the link is busy and sent at once while it is idle, without any timer.
 *
 * <p>What is the same for all transports is here, too: {@link
 * io.geminid.shuffle.transport.FrameEncoder} and {@link
 * io.geminid.shuffle.transport.TransportCounters}; the protocol of a connection is in {@link
 * io.geminid.shuffle.transport.link}, and what is the same for all that move a stream of bytes in
 * {@link io.geminid.shuffle.transport.stream}.
 *
 * <p>A transport sends slices of memory that it does not own and receives into segments that it is
 * given, so the same transport serves our partitions and those of an engine.
 *
 * <p>Imports {@code memory} and {@code shuffle.wire}. Sizes are in bytes, times in nanoseconds.
 */
package io.geminid.shuffle.transport;
